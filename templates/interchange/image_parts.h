// What the editions of finger image records share. Private to this room.
#pragma once

#include <string>

#include "templates/interchange/cursor.h"
#include "templates/interchange/finger_image_record.h"

namespace whorl::interchange {

struct ReadImages {
  FingerImageRecord record;
  Findings findings;
  bool closes = false;  // the views end where the record does
};
ReadImages read_finger_images_2005(ByteView file, FingerImageEdition edition);
ReadImages read_finger_images_2011(ByteView file);

// What of an image is common: FIR-15 to FIR-18, FIR-26. `data_at`: of its bytes in the file.
void check_pixels(const FingerImage& image, std::size_t data_at, Findings& findings);

// Scan rates and image rates, in `units` of 1 (an inch) or 2 (a centimetre): FIR-07, FIR-08, FIR-25.
struct Rates {
  int units = 0;
  int scan_x = 0;
  int scan_y = 0;
  int image_x = 0;
  int image_y = 0;

  // 0 of units that are not defined.
  [[nodiscard]] double x_ppi() const { return image_x * an_inch(); }
  [[nodiscard]] double y_ppi() const { return image_y * an_inch(); }

 private:
  [[nodiscard]] double an_inch() const { return units == 1 ? 1.0 : units == 2 ? 2.54 : 0.0; }
};
Rates read_rates(Cursor& in);
void check_rates(const Rates& rates, std::size_t at, int most_scan, Findings& findings);
// FIR-09.
void check_depth(int depth, std::size_t at, Findings& findings);
// FIR-03 and GEN-02.
void check_image_end(std::uint64_t stated, std::size_t structure_end, std::size_t file_size, Findings& findings);

}  // namespace whorl::interchange
