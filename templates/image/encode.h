// Images to PNG and JPEG files, for pages, overlays and tests; and to WSQ and JPEG 2000, for exchange.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "templates/image/image.h"

namespace whorl::image {

// A PNG of the image, its resolution in a pHYs chunk; one of 0 is not known, and the file then says none. Errors:
// kInternal when the encoder fails, or the size and the pixels disagree.
Result<Bytes> encode_png(const GreyImage& image);
// A PNG of a colour image. Errors: as above.
Result<Bytes> encode_png(const ColourImage& image);

// A JPEG of a colour image for people to look at, of quality 1 to 100. Errors: kInternal as above. Thread-safe.
Result<Bytes> encode_jpeg(const ColourImage& image, int quality);

// A WSQ file of the image (FBI IAFIS-IC-0110), with a comment (NIST_COM) that states size and resolution: 0.75 bits a
// pixel are 15:1, 2.25 are 5:1, and what the FBI's specification certifies for 500 ppi. Errors: kInvalidInput for
// another rate than 0.1 to 8; kInternal where the size and the pixels disagree, or a side is below 32. Thread-safe.
// Cost: about 40 ms a megapixel.
Result<Bytes> encode_wsq(const GreyImage& image, double bits_a_pixel = 0.75);

// A JPEG 2000 file (JP2) without loss: the 5-3 wavelet, one tile, the resolution in a capture box. Its pixels come back
// bit for bit. Errors: kInternal when the encoder fails, or the size and the pixels disagree. Thread-safe. Cost: about
// 150 ms a megapixel and channel.
Result<Bytes> encode_jpeg_2000(const GreyImage& image);
// The same of a colour image, as sRGB; `ppi`: 0 where it is not known, the file then says none.
Result<Bytes> encode_jpeg_2000(const ColourImage& image, double ppi = 0);

}  // namespace whorl::image
