#include "templates/face/embedder.h"

#include <cmath>
#include <opencv2/dnn.hpp>

#include "base/catalogue.h"
#include "templates/face/mat.h"

namespace whorl::face {

struct Embedder::Parts {
  cv::dnn::Net net;
  ModelCard card;

  // Channel by channel: (v - mean) * scale.
  [[nodiscard]] cv::Mat blob_of(const image::ColourImage& crop) const {
    const bool swap = card.channels == ChannelOrder::kRgb;
    const cv::Scalar mean(card.mean[0], card.mean[1], card.mean[2]);
    return cv::dnn::blobFromImage(mat_of(crop), card.scale, {card.input_width, card.input_height}, mean, swap);
  }
};

namespace {

// Errors: kInvalidInput when the vector has no direction.
Result<std::vector<float>> unit(const float* values, std::size_t n, const std::string& name) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  const double norm = std::sqrt(sum);
  if (!std::isfinite(norm) || norm < 1e-12) {
    return failure(ErrorCode::kNetworkOutput,
                   with<"detail">("the network " + name + " gave an embedding without a direction"));
  }
  std::vector<float> out(values, values + n);
  for (float& v : out) v = static_cast<float>(static_cast<double>(v) / norm);
  return out;
}

}  // namespace

Embedder::Embedder(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Embedder::Embedder(Embedder&&) noexcept = default;
Embedder& Embedder::operator=(Embedder&&) noexcept = default;
Embedder::~Embedder() = default;

Result<Embedder> Embedder::make(ByteView weights, const ModelCard& card) {
  try {
    auto parts = std::make_unique<Parts>();
    parts->net = cv::dnn::readNetFromONNX(reinterpret_cast<const char*>(weights.data()), weights.size());
    parts->net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    parts->net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    parts->card = card;
    if (!parts->net.empty()) return Embedder(std::move(parts));
  } catch (const std::exception&) {
  }
  if (card.note.empty()) {
    return failure(ErrorCode::kNetworkUnreadable, card.file, with<"role">("network"), with<"card">(card.name));
  }
  return failure(ErrorCode::kNetworkUnreadable, card.file, with<"role">("network"), with<"card">(card.name),
                 with<"note">(card.note));
}

Result<std::vector<float>> Embedder::embed(const image::ColourImage& crop) {
  const ModelCard& card = parts_->card;
  if (crop.width != card.input_width || crop.height != card.input_height) {
    return internal_error("a crop of another size than the network's");
  }
  try {
    parts_->net.setInput(parts_->blob_of(crop));
    const cv::Mat out = parts_->net.forward();
    if (out.depth() != CV_32F || !out.isContinuous() || out.total() != static_cast<std::size_t>(card.dimension)) {
      return failure(ErrorCode::kNetworkOutput,
                     with<"detail">("the network " + card.name + " gave " + std::to_string(out.total()) +
                                    " numbers, and its card says " + std::to_string(card.dimension)));
    }
    return unit(out.ptr<float>(), out.total(), card.name);
  } catch (const std::exception& error) {
    return internal_error("the network " + card.name + " failed: " + error.what());
  }
}

}  // namespace whorl::face
