#include "templates/face/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace whorl::face {
namespace {

using testing::HasSubstr;

NetworkId network(const char* name = "net", std::uint8_t first = 1) {
  NetworkId out;
  out.name = name;
  out.digest[0] = first;
  return out;
}

std::vector<float> random_vector(unsigned seed, std::size_t n = 128) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> out(n);
  for (float& v : out) v = normal(random);
  return out;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    aa += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    bb += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return ab / std::sqrt(aa * bb);
}

// The differential test: whole numbers against the float cosine they stand for.
TEST(FaceTemplate, RoundingToWholeNumbersCostsLittle) {
  double worst = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    const auto a = random_vector(seed);
    auto b = random_vector(seed + 1000);
    for (std::size_t i = 0; i < b.size(); ++i) b[i] += a[i] * static_cast<float>(seed % 5);
    const auto got = compare(*make_template(network(), 50, a), *make_template(network(), 50, b));
    ASSERT_TRUE(got.ok());
    worst = std::max(worst, std::abs(*got - cosine(a, b)));
  }
  EXPECT_LT(worst, 0.006);
}

TEST(FaceTemplate, LengthDoesNotMatter) {
  auto a = random_vector(1);
  const auto one = *make_template(network(), 10, a);
  for (float& v : a) v *= 1000;
  EXPECT_EQ(make_template(network(), 10, a)->embedding, one.embedding);
}

TEST(FaceTemplate, ComparesSymmetricallyWithinMinusOneAndOne) {
  const auto a = *make_template(network(), 1, random_vector(1));
  auto opposite = a;
  for (std::int8_t& v : opposite.embedding) v = static_cast<std::int8_t>(-v);
  EXPECT_DOUBLE_EQ(*compare(a, a), 1);
  EXPECT_DOUBLE_EQ(*compare(a, opposite), -1);
  const auto b = *make_template(network(), 1, random_vector(2));
  EXPECT_DOUBLE_EQ(*compare(a, b), *compare(b, a));
}

TEST(FaceTemplate, TemplatesOfDifferentNetworksAreNeverCompared) {
  const auto a = *make_template(network("one", 1), 1, random_vector(1));
  const auto b = *make_template(network("two", 1), 1, random_vector(1));
  const auto same_name = *make_template(network("one", 2), 1, random_vector(1));
  const auto refused = compare(a, b);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(refused.error().message, HasSubstr(a.network.text()));
  EXPECT_THAT(refused.error().message, HasSubstr(b.network.text()));
  EXPECT_FALSE(compare(a, same_name).ok());
}

TEST(FaceTemplate, RefusesWhatIsNoEmbedding) {
  EXPECT_FALSE(make_template(network(), 1, std::vector<float>(128, 0.0f)).ok());
  EXPECT_FALSE(make_template(network(), 1, std::vector<float>(8, 1.0f)).ok());
  EXPECT_FALSE(make_template(network(), 1, std::vector<float>(4096, 1.0f)).ok());
  auto wild = random_vector(1);
  wild[3] = std::numeric_limits<float>::infinity();
  EXPECT_FALSE(make_template(network(), 1, wild).ok());
  wild[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(make_template(network(), 1, wild).ok());
  EXPECT_FALSE(make_template(network(""), 1, random_vector(1)).ok());
  EXPECT_FALSE(make_template(network("a b"), 1, random_vector(1)).ok());
}

TEST(FaceTemplate, CheckNamesTheField) {
  auto face = *make_template(network(), 1, random_vector(1));
  EXPECT_TRUE(check(face).ok());
  face.quality = 101;
  EXPECT_EQ(check(face).error().field, "quality");
  face.quality = 1;
  for (std::int8_t& v : face.embedding) v = static_cast<std::int8_t>(v / 2);
  EXPECT_EQ(check(face).error().field, "embedding");
  face.embedding.assign(128, -128);
  EXPECT_EQ(check(face).error().field, "embedding");
}

}  // namespace
}  // namespace whorl::face
