// Cosines of one face embedding with many: the exhaustive scan behind the search for faces. Private to this room.
//
// Embeddings are signed bytes as face templates keep them (templates/face/template.h), row after row without gaps. The
// products are added up in whole numbers, so every way of computing gives the same answer to the last bit; the way is
// chosen by the processor: AVX2 or a plain loop.
//
// Thread-safety: pure functions; a probe is immutable. Cost: a scan reads memory in order;
// bench/faces measures it beside FAISS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace whorl::index {

enum class FaceKernel { kPlain, kAvx2 };
// The fastest that this processor runs.
FaceKernel best_face_kernel();

class FaceProbe {
 public:
  // Copies `embedding`. `kernel` must be one that the processor runs: kPlain or best_face_kernel().
  explicit FaceProbe(std::span<const std::int8_t> embedding, FaceKernel kernel = best_face_kernel());

  [[nodiscard]] std::size_t dimension() const { return values_.size(); }
  [[nodiscard]] std::span<const std::int8_t> values() const { return values_; }
  // out[r] = the sum of products with row r. Precondition: rows.size() == out.size() * dimension().
  void products(std::span<const std::int8_t> rows, std::span<std::int32_t> out) const;
  // The cosine with one embedding of the same dimension, as face::compare gives it. -1..1.
  [[nodiscard]] double cosine(std::span<const std::int8_t> other) const;
  // 1 over the probe's length.
  [[nodiscard]] float scale() const { return scale_; }

 private:
  std::vector<std::int8_t> values_;
  std::int64_t square_ = 0;
  float scale_ = 0;
  FaceKernel kernel_;
};

// 1 over the embedding's length; 0 for one that is zero everywhere.
float face_scale(std::span<const std::int8_t> embedding);

// Embeddings that lie together. Borrows everything.
struct FaceRows {
  std::span<const std::int8_t> values;      // rows() * dimension
  std::span<const float> scales;            // face_scale of each row
  std::span<const std::uint32_t> ordinals;  // whose each row is: the caller's numbers
  std::size_t dimension = 0;
  [[nodiscard]] std::size_t rows() const { return scales.size(); }
};

// Hands every row's ordinal and cosine to `sink`, some hundred at a time, in order. Precondition: the dimensions agree.
using FaceSink = std::function<void(std::span<const std::uint32_t> ordinals, std::span<const float> cosines)>;
void scan_faces(const FaceProbe& probe, const FaceRows& rows, const FaceSink& sink);

}  // namespace whorl::index
