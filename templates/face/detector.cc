#include "templates/face/detector.h"

#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect/face.hpp>

#include "base/catalogue.h"
#include "templates/face/mat.h"

namespace whorl::face {
namespace fs = std::filesystem;
namespace {

constexpr float kOverlap = 0.3f;  // of two boxes that are one face
constexpr int kMostBoxes = 5000;
// Every step of the network halves the image, five times; a whole number of halvings leaves no doubt how many boxes its
// answer holds.
constexpr int kStep_px = 32;
constexpr int kLeast_px = 64;     // at 32 the last map would be empty
constexpr double kMargin = 0.25;  // of each side
constexpr int kRowNumbers = 15;   // x, y, w, h, five landmarks, confidence

// A file of our own with the bytes, gone with this object.
class PrivateFile {
 public:
  explicit PrivateFile(ByteView bytes) {
    std::error_code failed;
    std::string pattern = (fs::temp_directory_path(failed) / "whorl-model-XXXXXX").string();
    if (failed || ::mkdtemp(pattern.data()) == nullptr) return;
    folder_ = pattern;
    std::ofstream out(path(), std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    out.close();
    written_ = !out.fail();
  }
  ~PrivateFile() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;
  [[nodiscard]] bool written() const { return written_; }
  [[nodiscard]] fs::path path() const { return folder_ / "model.onnx"; }

 private:
  fs::path folder_;
  bool written_ = false;
};

int stepped(int side) { return std::max(kLeast_px, (side + kStep_px - 1) / kStep_px * kStep_px); }

// What the detector looks at: the image with a margin, scaled, filled up to whole steps.
struct View {
  cv::Mat pixels;
  double scale = 1;
  double left = 0;  // where the image begins, before scaling
  double top = 0;
};

View view_of(const cv::Mat& image, double margin) {
  View out;
  out.left = std::round(margin * image.cols);
  out.top = std::round(margin * image.rows);
  cv::Mat framed = image;
  if (margin > 0) {
    const int x = static_cast<int>(out.left);
    const int y = static_cast<int>(out.top);
    cv::copyMakeBorder(image, framed, y, y, x, x, cv::BORDER_REPLICATE);
  }
  const int longest = std::max(framed.cols, framed.rows);
  cv::Mat scaled = framed;
  if (longest > Detector::kMaxSide_px) {
    out.scale = static_cast<double>(Detector::kMaxSide_px) / longest;
    cv::resize(framed, scaled, {}, out.scale, out.scale, cv::INTER_AREA);
  }
  cv::copyMakeBorder(scaled, out.pixels, 0, stepped(scaled.rows) - scaled.rows, 0, stepped(scaled.cols) - scaled.cols,
                     cv::BORDER_CONSTANT);
  return out;
}

bool sound(const DetectedFace& face) {
  const auto finite = [](float v) { return std::isfinite(v) && std::abs(v) < 1e6f; };
  const bool landmarks = std::all_of(face.landmarks.begin(), face.landmarks.end(),
                                     [&](const Point& p) { return finite(p.x) && finite(p.y); });
  return landmarks && finite(face.x) && finite(face.y) && finite(face.width) && finite(face.height) && face.width > 0 &&
         face.height > 0;
}

DetectedFace face_of(const float* row, const View& view) {
  const auto x = [&](float v) { return static_cast<float>(static_cast<double>(v) / view.scale - view.left); };
  const auto y = [&](float v) { return static_cast<float>(static_cast<double>(v) / view.scale - view.top); };
  DetectedFace out;
  out.x = x(row[0]);
  out.y = y(row[1]);
  out.width = static_cast<float>(static_cast<double>(row[2]) / view.scale);
  out.height = static_cast<float>(static_cast<double>(row[3]) / view.scale);
  for (std::size_t i = 0; i < out.landmarks.size(); ++i) {
    out.landmarks[i] = {x(row[4 + 2 * i]), y(row[5 + 2 * i])};
  }
  out.confidence = row[kRowNumbers - 1];
  return out;
}

}  // namespace

struct Detector::Parts {
  cv::Ptr<cv::FaceDetectorYN> yunet;

  std::vector<DetectedFace> detect(const cv::Mat& image, double margin) {
    const View view = view_of(image, margin);
    if (yunet->getInputSize() != view.pixels.size()) yunet->setInputSize(view.pixels.size());
    cv::Mat rows;
    yunet->detect(view.pixels, rows);
    std::vector<DetectedFace> out;
    for (int i = 0; i < rows.rows && rows.cols == kRowNumbers; ++i) {
      const DetectedFace face = face_of(rows.ptr<float>(i), view);
      if (sound(face)) out.push_back(face);
    }
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.confidence > b.confidence; });
    return out;
  }
};

Detector::Detector(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;
Detector::~Detector() = default;

Result<Detector> Detector::make(ByteView weights, const ModelCard& card) {
  const PrivateFile file(weights);
  if (!file.written()) return internal_error("no temporary file can be made for the detector; check TMPDIR");
  try {
    auto parts = std::make_unique<Parts>();
    constexpr float kAny = 0.0f;
    parts->yunet = cv::FaceDetectorYN::create(file.path().string(), "", {320, 320}, kAny, kOverlap, kMostBoxes);
    return Detector(std::move(parts));
  } catch (const std::exception&) {
    if (card.note.empty()) {
      return failure(ErrorCode::kNetworkUnreadable, card.file, with<"role">("detector"), with<"card">(card.name));
    }
    return failure(ErrorCode::kNetworkUnreadable, card.file, with<"role">("detector"), with<"card">(card.name),
                   with<"note">(card.note));
  }
}

Result<std::vector<DetectedFace>> Detector::detect(const image::ColourImage& image, float min_confidence) {
  try {
    parts_->yunet->setScoreThreshold(min_confidence);
    const cv::Mat pixels = mat_of(image);
    std::vector<DetectedFace> found = parts_->detect(pixels, 0);
    if (found.empty()) found = parts_->detect(pixels, kMargin);
    return found;
  } catch (const std::exception& error) {
    return internal_error(std::string("the detector failed: ") + error.what());
  }
}

}  // namespace whorl::face
