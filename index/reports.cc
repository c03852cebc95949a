#include "index/reports.h"

namespace whorl::index {
namespace {

std::string version_text(const OtherExtractor& other) {
  const std::string name(row_of(other.modality).name);
  const std::string of = other.version == 0 ? "an unknown version" : "version " + std::to_string(other.version);
  return std::to_string(other.samples) + " of " + of + " of the " + name + " extractor (" +
         std::to_string(other.with_image) + " with a kept image)";
}

}  // namespace

std::string other_extractors_notice(const std::vector<OtherExtractor>& others) {
  constexpr std::size_t kMostNamed = 8;
  std::string list;
  bool images = false;
  bool without = false;
  bool faces = false;
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (i < kMostNamed) list += (list.empty() ? "" : ", ") + version_text(others[i]);
    // A gallery holds the faces of one network, and another extractor version makes it another (templates/face/card.h).
    const bool face = others[i].modality == Modality::kFace;
    faces = faces || face;
    images = images || (!face && others[i].with_image > 0);
    without = without || (!face && others[i].with_image < others[i].samples);
  }
  if (others.size() > kMostNamed) list += ", and of " + std::to_string(others.size() - kMostNamed) + " versions more";
  std::string out = "templates of other extractor versions than this build's lie in the gallery: " + list +
                    "; they are searched and compared as they are";
  if (images) out += "; `whorl re-extract` makes those with a kept image anew";
  if (without) out += "; those without an image become new when the people come again";
  if (faces) out += "; faces of another version are another network's and cannot be made anew in this gallery";
  return out;
}

std::vector<KeysNotice> keys_notices(const OpeningReport& report) {
  std::vector<KeysNotice> out;
  const auto add = [&out](const char* code, std::string text) {
    KeysNotice& notice = out.emplace_back();
    notice.code = code;
    notice.text = std::move(text);
  };
  if (report.read_only) {
    add("gallery_not_sealed",
        "the gallery is of an earlier format and lies in the clear on the disk: it is searched, and takes no changes; "
        "`whorl gallery seal` converts it");
  }
  if (!report.keys) return out;
  if (report.keys->root_key_made_by_whorl) {
    add("root_key_on_this_disk", "the root key of the gallery lies in " + report.keys->root_key.string() +
                                     ", where Whorl made it: whoever takes this disk takes it along, and whoever loses "
                                     "it loses the gallery. Move "
                                     "it (docs/keys.md), and name its place with --root-key");
  }
  if (!report.keys->earlier_epochs.empty()) {
    add("rotation_unfinished",
        "a rotation of the gallery's keys was not finished: `whorl keys rotate` goes on with it");
  }
  return out;
}

std::string images_notice(bool keeps) {
  return keeps ? "the gallery keeps the images of enrolments from now on"
               : "the gallery keeps no images of enrolments from now on; those kept so far stay until their encounters "
                 "are erased";
}

std::vector<std::string> OpeningReport::notices() const {
  std::vector<std::string> out;
  if (records_converted > 0) {
    out.push_back(std::to_string(records_converted) +
                  " records of an earlier gallery format were sealed in this build's; earlier builds will not open the "
                  "gallery");
  }
  for (const KeysNotice& notice : keys_notices(*this)) out.push_back(notice.text);
  if (keeps_images_now) out.push_back(images_notice(*keeps_images_now));
  if (!other_extractors.empty()) out.push_back(other_extractors_notice(other_extractors));
  for (const std::string& reason : snapshots_dropped) out.push_back(reason + "; made again from the records");
  return out;
}

}  // namespace whorl::index
