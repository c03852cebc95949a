// What is read, field by field against what independent decoders print of the same files, where these lie beside the
// repository.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "templates/image/decode.h"
#include "templates/interchange/check.h"
#include "tests/interchange/corpus.h"

namespace whorl::interchange {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// A line a view and a line a minutia, of everything that both sides say.
std::string line(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out += (out.empty() ? "" : " ") + std::to_string(value);
  return out + "\n";
}

std::string own_lines(const fs::path& path, bool with_number) {
  std::string out;
  for (const FoundMinutiae& found : read_leniently(read(path)).contents.minutiae) {
    const MinutiaeView& view = found.view;
    out += line({view.position, with_number ? view.number : 0, view.impression, view.quality, view.width, view.height,
                 static_cast<int>(view.x_per_cm), static_cast<int>(view.y_per_cm),
                 static_cast<int>(view.minutiae.size())});
    for (const RecordMinutia& each : view.minutiae) out += line({each.type, each.x, each.y, each.angle, each.quality});
  }
  return out;
}

// Of BiomDI's prfmr.
std::string biomdi_lines(const fs::path& path) {
  std::ifstream in(path);
  std::string out;
  int width = 0;
  int height = 0;
  int x = 0;
  int y = 0;
  int view[4] = {};
  int minutia[5] = {};
  for (std::string text; std::getline(in, text);) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) continue;
    const std::string name = text.substr(text.find_first_not_of(" \t"), 12);
    const char* value = text.c_str() + colon + 1;
    const auto is = [&](const char* wanted) { return name.rfind(wanted, 0) == 0; };
    if (is("Image Size")) std::sscanf(value, "%dx%d", &width, &height);
    if (is("Image Resolu")) std::sscanf(value, "%dx%d", &x, &y);
    if (is("Finger Numbe")) view[0] = std::atoi(value);
    if (is("View Number")) view[1] = std::atoi(value);
    if (is("Impression T")) view[2] = std::atoi(value);
    if (is("Finger Quali")) view[3] = std::atoi(value);
    if (is("Number of Mi")) out += line({view[0], view[1], view[2], view[3], width, height, x, y, std::atoi(value)});
    if (is("Type") && std::sscanf(value, " 0x%d (%*[A-Z]", &minutia[0]) == 1) minutia[4] = -1;
    if (is("Coordinate") && minutia[4] == -1) std::sscanf(value, " (%d,%d)", &minutia[1], &minutia[2]);
    if (is("Angle") && minutia[4] == -1) minutia[3] = std::atoi(value);
    if (is("Quality") && minutia[4] == -1) {
      minutia[4] = std::atoi(value);
      out += line({minutia[0], minutia[1], minutia[2], minutia[3], minutia[4]});
    }
  }
  return out;
}

TEST(Decoded, MinutiaeAreThoseThatBiomdiPrints) {
  const auto folder = corpus();
  if (!folder) GTEST_SKIP() << "no data/interchange beside the repository";
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(*folder)) {
    const std::string name = entry.path().string();
    const std::string suffix = ".biomdi.txt";
    if (!name.ends_with(suffix)) continue;
    ++files;
    const fs::path record = name.substr(0, name.size() - suffix.size());
    EXPECT_EQ(own_lines(record, true), biomdi_lines(entry.path())) << name;
  }
  std::printf("%d files\n", files);
  EXPECT_GE(files, 12);
}

int finger_of(const std::string& name) {
  const char* const kNames[] = {"UNKNOWN",     "RIGHT_THUMB",  "RIGHT_INDEX", "RIGHT_MIDDLE",
                                "RIGHT_RING",  "RIGHT_LITTLE", "LEFT_THUMB",  "LEFT_INDEX",
                                "LEFT_MIDDLE", "LEFT_RING",    "LEFT_LITTLE"};
  for (int i = 0; i < 11; ++i) {
    if (name == kNames[i]) return i;
  }
  return -1;
}

int number(const json::value& of, const char* name, int otherwise = 0) {
  const json::value* found = of.as_object().if_contains(name);
  return found == nullptr ? otherwise : found->to_number<int>();
}

// Positions, directions, types and qualities of FingerprintIO's JSON: what all its formats have.
std::string fingerprintio_lines(const fs::path& path) {
  const Bytes text = read(path);
  const json::value value = json::parse(as_text(text));
  std::string out;
  for (const json::value& view : value.at("fingerprints").as_array()) {
    const auto& minutiae = view.at("minutiae").as_array();
    out += line({finger_of(view.at("position").as_string().c_str()), static_cast<int>(minutiae.size())});
    for (const json::value& each : minutiae) {
      const std::string type = each.at("type").as_string().c_str();
      out +=
          line({type == "ENDING"        ? 1
                : type == "BIFURCATION" ? 2
                                        : 0,
                number(each, "positionX"), number(each, "positionY"), number(each, "angle"), number(each, "quality")});
    }
  }
  return out;
}

TEST(Decoded, MinutiaeAreThoseThatFingerprintIoPrints) {
  const auto folder = corpus();
  if (!folder) GTEST_SKIP() << "no data/interchange beside the repository";
  for (const char* name :
       {"ansi378v2004-sample", "ansi378v2009am1-sample", "iso19794p2v2005-sample", "iso19794p2v2011-sample"}) {
    const fs::path path = *folder / "fingerprintio" / name;
    std::string own;
    for (const FoundMinutiae& found : read_leniently(read(path.string() + ".dat")).contents.minutiae) {
      own += line({found.view.position, static_cast<int>(found.view.minutiae.size())});
      for (const RecordMinutia& each : found.view.minutiae)
        own += line({each.type, each.x, each.y, each.angle, each.quality});
    }
    EXPECT_EQ(own, fingerprintio_lines(path.string() + ".json")) << name;
  }
}

// The pixels of a binary PGM or PPM of 8 bits.
Bytes pixels_of(const fs::path& path) {
  const Bytes file = read(path);
  const std::string_view begins = "\n255\n";
  const auto at = std::search(file.begin(), file.end(), begins.begin(), begins.end());
  return at == file.end() ? Bytes() : Bytes(at + static_cast<std::ptrdiff_t>(begins.size()), file.end());
}

// 1 or 3, as SIZ says; 0 where it is not to be found.
int channels_of(const Bytes& file) {
  const std::string_view begins = "\xff\x4f\xff\x51";
  const auto at = std::search(file.begin(), file.end(), begins.begin(), begins.end(),
                              [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
  constexpr std::ptrdiff_t kChannelsAt = 41;
  return file.end() - at > kChannelsAt ? *(at + kChannelsAt) : 0;
}

// Grey as it is, colour as red, green, blue; empty where it is not read.
Bytes own_pixels(const Bytes& file, int channels) {
  image::DecodeOptions options;
  options.ppi = 500;
  options.limits.min_side_px = 1;
  if (channels == 1) {
    auto grey = image::decode_image(file, options);
    return grey.ok() ? Bytes(grey->pixels.begin(), grey->pixels.end()) : Bytes();
  }
  auto colour = image::decode_colour(file, options.limits);
  if (!colour.ok()) return {};
  for (std::size_t i = 0; i + 2 < colour->pixels.size(); i += 3) std::swap(colour->pixels[i], colour->pixels[i + 2]);
  return Bytes(colour->pixels.begin(), colour->pixels.end());
}

TEST(Decoded, Jpeg2000IsWhatOpenJpegsProgramGives) {
  const auto folder = corpus();
  if (!folder) GTEST_SKIP() << "no data/interchange beside the repository";
  if (std::system("opj_decompress -h > /dev/null 2>&1") == 127 * 256) GTEST_SKIP() << "no opj_decompress";
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(*folder)) {
    const std::string suffix = entry.path().extension().string();
    if (suffix != ".jp2" && suffix != ".j2k") continue;
    const Bytes file = read(entry.path());
    const int channels = channels_of(file);
    const Bytes own = channels == 1 || channels == 3 ? own_pixels(file, channels) : Bytes();
    if (own.empty()) continue;
    const tests::TemporaryDirectory folder_of_out;
    const fs::path out = folder_of_out.path() / (channels == 1 ? "out.pgm" : "out.ppm");
    const std::string command =
        "opj_decompress -i '" + entry.path().string() + "' -o " + out.string() + " > /dev/null 2>&1";
    if (std::system(command.c_str()) != 0 || !fs::exists(out)) continue;
    ++files;
    EXPECT_TRUE(own == pixels_of(out)) << entry.path();
  }
  std::printf("%d files\n", files);
  EXPECT_GE(files, 8);
}

}  // namespace
}  // namespace whorl::interchange
