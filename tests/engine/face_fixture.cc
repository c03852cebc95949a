#include "tests/engine/face_fixture.h"

#include <random>

#include "templates/codec/native_face.h"

namespace whorl::engine {

face::FaceTemplate face_of(int person, int capture, const face::NetworkId& network, int quality) {
  std::mt19937 own(static_cast<unsigned>(person));
  std::mt19937 noise(static_cast<unsigned>(100'000 * capture + person));
  std::normal_distribution<float> normal;
  std::vector<float> values(128);
  for (auto& v : values) v = normal(own) + 0.5F * normal(noise);
  return face::make_template(network, quality, values).value();
}

Sample sample_of(const face::FaceTemplate& face) {
  return {Modality::kFace, kFaceUnstated, Format::kNativeFace, codec::encode_native_face(face).value(), {}};
}

const Calibration& face_calibration() {
  static const Calibration calibration = [] {
    std::vector<double> non_mated;
    std::vector<double> mated;
    for (int a = 0; a < 100; ++a) {
      for (int b = 0; b < a; ++b) {
        non_mated.push_back(face::compare(face_of(1'000 + a, 1), face_of(1'000 + b, 2)).value());
      }
      mated.push_back(face::compare(face_of(1'000 + a, 1), face_of(1'000 + a, 2)).value());
    }
    return Calibration::fit(non_mated, mated, "random faces",
                            {face::kExtractorVersion, face::kComparatorVersion, kNetwork.text()})
        .value();
  }();
  return calibration;
}

}  // namespace whorl::engine
