// The real prints, where they are: small checks that the whole of extraction and comparison holds on them.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"
#include "tests/support/shared_data.h"

namespace whorl::fingerprint {
namespace {

FingerprintTemplate extract_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const Bytes bytes{std::istreambuf_iterator<char>(in), {}};
  return extract(image::decode_to_standard(bytes, {.ppi = 500, .limits = {}}).value()).value();
}

TEST(RealPrints, FirstImpressionsFindTheirSecond) {
  const auto folder = tests::shared_fingerprints();
  if (!folder) GTEST_SKIP() << "no measurement data: data/fingerprints/manifest.csv is absent";
  for (const char* set : {"FVC2000_DB1_B", "FVC2002_DB1_B", "FVC2002_DB3_B", "FVC2004_DB4_B"}) {
    std::vector<PreparedTemplate> first;
    std::vector<PreparedTemplate> second;
    for (int finger = 101; finger <= 110; ++finger) {
      const auto path = [&](int impression) {
        return *folder / set / (std::to_string(finger) + "_" + std::to_string(impression) + ".tif");
      };
      first.emplace_back(extract_file(path(1)));
      second.emplace_back(extract_file(path(2)));
    }
    int found = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
      std::size_t best = 0;
      for (std::size_t j = 1; j < second.size(); ++j) {
        if (compare(first[i], second[j]).score > compare(first[i], second[best]).score) best = j;
      }
      found += static_cast<int>(best == i);
    }
    EXPECT_GE(found, 9) << set;
  }
}

}  // namespace
}  // namespace whorl::fingerprint
