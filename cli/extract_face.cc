#include "cli/extract_face.h"

#include <boost/json.hpp>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/reason_json.h"
#include "cli/node_options.h"
#include "cli/odds_text.h"
#include "cli/print.h"
#include "engine/node_faces.h"
#include "templates/codec/native_face.h"
#include "templates/image/encode.h"

namespace whorl::cli {
namespace {
namespace json = boost::json;

using datasets::LoadedFace;

json::object measures_json(const face::FaceQuality& q) {
  json::object scores;
  for (const auto& s : q.scores) scores[s.name] = s.value;
  return {{"eyes_px", q.eyes_px},
          {"yaw_deg", q.pose.yaw_deg},
          {"pitch_deg", q.pose.pitch_deg},
          {"roll_deg", q.pose.roll_deg},
          {"sharpness", q.sharpness},
          {"uniformity", q.uniformity},
          {"dark", q.dark},
          {"bright", q.bright},
          {"contrast", q.contrast},
          {"cut_off", q.cut_off},
          {"faces", q.faces},
          {"confidence", q.confidence},
          {"scores", std::move(scores)}};
}

void print_json_answer(const LoadedFace& loaded) {
  json::object out{{"modality", "face"},
                   {"network", loaded.face.network.text()},
                   {"dimension", loaded.face.embedding.size()},
                   {"quality", loaded.face.quality}};
  if (const auto& e = loaded.extracted) {
    out["measures"] = measures_json(e->quality);
    json::array feedback;
    for (const Reason& advice : e->quality.feedback) feedback.emplace_back(sentence(advice));
    out["feedback"] = std::move(feedback);
    out["feedback_reasons"] = reasons_json(e->quality.feedback);
    out["box"] = {e->found.x, e->found.y, e->found.width, e->found.height};
    json::array landmarks;
    for (const auto& p : e->found.landmarks) landmarks.push_back({p.x, p.y});
    out["landmarks"] = std::move(landmarks);
  }
  print_json(out);
}

std::string measures_text(const face::FaceQuality& q) {
  std::string out = "  eyes " + fixed(q.eyes_px, 0) + " px apart; turned by " + fixed(q.pose.yaw_deg, 0) + ", up by " +
                    fixed(q.pose.pitch_deg, 0) + ", tilted by " + fixed(q.pose.roll_deg, 0) + " degrees\n";
  for (const auto& s : q.scores) out += "  " + std::string(s.name) + " " + fixed(100 * s.value, 0) + " of 100\n";
  for (const Reason& advice : q.feedback) out += "  -> " + sentence(advice) + "\n";
  return out;
}

}  // namespace

Result<int> extract_face(const ExtractFace& job, const engine::FaceConfig& networks) {
  WHORL_ASSIGN(const LoadedFace loaded, datasets::FaceLoader(opener_of(networks), networks.options).load(job.image));
  print_notices(job.image + ": ", loaded.notices);
  if (!job.overlay.empty()) {
    if (!loaded.extracted) return failure(ErrorCode::kOverlayOfTemplate, "--overlay");
    WHORL_ASSIGN(const Bytes png, image::encode_png(loaded.extracted->crop));
    WHORL_TRY(write_file(job.overlay, png, NewFile::kPrivate));
  }
  if (!job.out.empty()) {
    WHORL_ASSIGN(const Bytes bytes, codec::encode_native_face(loaded.face));
    WHORL_TRY(write_file(job.out, bytes, NewFile::kPrivate));
  }
  if (job.json) {
    print_json_answer(loaded);
    return 0;
  }
  print("face, quality " + std::to_string(loaded.face.quality) + " of 100, network " + loaded.face.network.text() +
        ", " + std::to_string(loaded.face.embedding.size()) + " numbers\n");
  if (loaded.extracted) print(measures_text(loaded.extracted->quality));
  if (!job.out.empty()) print("template: " + job.out + "\n");
  if (!job.overlay.empty()) print("aligned crop: " + job.overlay + "\n");
  return 0;
}

Result<int> compare_faces(const CompareFaces& job, const engine::FaceConfig& networks) {
  datasets::FaceLoader loader(opener_of(networks), networks.options);
  WHORL_ASSIGN(const LoadedFace a, loader.load(job.a));
  WHORL_ASSIGN(const LoadedFace b, loader.load(job.b));
  print_notices(job.a + ": ", a.notices);
  print_notices(job.b + ": ", b.notices);
  WHORL_ASSIGN(const double score, face::compare(a.face, b.face));
  WHORL_ASSIGN(const auto calibration, engine::face_calibration(networks, a.face.network));
  if (job.json) {
    json::object out{{"modality", "face"}, {"network", a.face.network.text()}, {"score", score}};
    out["score_db"] = calibration ? json::value(calibration->db(score)) : json::value(nullptr);
    out["supported_db"] = calibration ? json::value(calibration->measured_db()) : json::value(nullptr);
    print_json(out);
    return 0;
  }
  std::string text = "cosine " + fixed(score, 4);
  if (calibration) {
    text += ", " + odds_text(calibration->db(score), calibration->measured_db(), "different people") + "\n";
  } else {
    text += "\nNo calibration for network " + a.face.network.text() +
            ": the score has no decibels, and no decision can rest on it.\nMake one from pairs that you know: whorl "
            "calibrate --pairs pairs.csv (docs/face.md)\n";
  }
  print(text);
  return 0;
}

}  // namespace whorl::cli
