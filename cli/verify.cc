// whorl verify: is this the person they say they are?
#include <boost/json.hpp>

#include "cli/answers.h"
#include "cli/engine_options.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  GalleryOptions gallery;
  FingerOptions fingers;
  FaceFile face;
  engine::VerifyRequest request;
};

Result<int> run(const Options& options) {
  engine::VerifyRequest request = options.request;
  WHORL_ASSIGN(request.face, read_face(options.face));
  WHORL_ASSIGN(request.fingers, read_fingers(options.fingers, !request.face));
  WHORL_ASSIGN(auto extractor, extractor_for(request.face, options.face.options));
  WHORL_ASSIGN(const auto engine, open_engine(options.gallery, false, {}, std::move(extractor), options.face.options));
  WHORL_ASSIGN(const engine::VerifyAnswer answer, engine->verify({}, request));
  if (options.json) {
    print_json(json_of(answer));
  } else {
    print(text_of(answer));
  }
  return exit_code(answer.decision);
}

}  // namespace

void add_verify(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      add_verb(app, "verify", "Compare fingers or a face with one enrolled person",
               "  whorl verify --gallery-dir gallery --person P1 --finger right_index=probe.png", *options);
  add_gallery_options(*verb, options->gallery);
  add_finger_options(*verb, options->fingers);
  add_face_file_options(*verb, options->face);
  verb->add_option("--person", options->request.person_id, "The person claimed")->required();
  verb->add_option("--gallery", options->request.gallery_id, "Gallery that the person is in, or ALL");
  verb->add_option("--target-fmr", options->request.target_fmr,
                   "Wanted rate of strangers that answer match, e.g. 0.0001");
  verb->add_option("--threshold-db", options->request.threshold_db,
                   "Threshold in dB instead of the one from --target-fmr");
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
