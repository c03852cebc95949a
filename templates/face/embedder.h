// An aligned face to the numbers that are compared. For one thread. Private to this room.
#pragma once

#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/face/card.h"
#include "templates/image/image.h"

namespace whorl::face {

// Not thread-safe.
class Embedder {
 public:
  // Errors: kInvalidInput when OpenCV cannot read the network.
  static Result<Embedder> make(ByteView weights, const ModelCard& card);

  // The unit vector for a crop of the card's input size. Errors: kInvalidInput when the network's answer is not what
  // the card says, or has no direction; kInternal when OpenCV fails.
  Result<std::vector<float>> embed(const image::ColourImage& crop);

  Embedder(Embedder&&) noexcept;
  Embedder& operator=(Embedder&&) noexcept;
  ~Embedder();

 private:
  struct Parts;
  explicit Embedder(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::face
