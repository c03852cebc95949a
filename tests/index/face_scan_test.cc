#include "index/shard/face_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "templates/face/template.h"

namespace whorl::index {
namespace {

std::vector<std::int8_t> random_rows(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> value(-127, 127);
  std::vector<std::int8_t> out(n);
  for (auto& v : out) v = static_cast<std::int8_t>(value(random));
  return out;
}

std::vector<FaceKernel> kernels() {
  std::vector<FaceKernel> out{FaceKernel::kPlain};
  if (best_face_kernel() != FaceKernel::kPlain) out.push_back(best_face_kernel());
  return out;
}

std::int32_t slow_product(std::span<const std::int8_t> a, std::span<const std::int8_t> b) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += int{a[i]} * int{b[i]};
  return sum;
}

TEST(FaceScan, EveryKernelGivesTheSameProducts) {
  for (const std::size_t dimension : {16U, 17U, 63U, 64U, 65U, 128U, 200U, 256U, 512U, 2048U}) {
    const auto probe = random_rows(dimension, 1);
    for (const std::size_t n : {1U, 3U, 8U, 21U}) {
      const auto rows = random_rows(n * dimension, static_cast<unsigned>(n));
      for (const FaceKernel kernel : kernels()) {
        std::vector<std::int32_t> out(n, -1);
        FaceProbe(probe, kernel).products(rows, out);
        for (std::size_t r = 0; r < n; ++r) {
          ASSERT_EQ(out[r], slow_product(probe, std::span(rows).subspan(r * dimension, dimension)))
              << dimension << " numbers, row " << r << ", kernel " << static_cast<int>(kernel);
        }
      }
    }
  }
}

TEST(FaceScan, TheLargestNumbersDoNotOverflow) {
  for (const FaceKernel kernel : kernels()) {
    for (const int sign : {1, -1}) {
      const std::vector<std::int8_t> all(2048, 127);
      const std::vector<std::int8_t> other(2048, static_cast<std::int8_t>(sign * 127));
      std::int32_t out = 0;
      FaceProbe(all, kernel).products(other, {&out, 1});
      EXPECT_EQ(out, sign * 2048 * 127 * 127);
    }
  }
}

TEST(FaceScan, TheCosineIsTheOneOfFaceTemplates) {
  const face::NetworkId network{"a", {}};
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (int i = 0; i < 20; ++i) {
    std::vector<float> a(128);
    std::vector<float> b(128);
    for (auto& v : a) v = normal(random);
    for (std::size_t k = 0; k < b.size(); ++k) b[k] = a[k] + normal(random);
    const auto x = face::make_template(network, 50, a).value();
    const auto y = face::make_template(network, 50, b).value();
    EXPECT_DOUBLE_EQ(FaceProbe(x.embedding).cosine(y.embedding), face::compare(x, y).value());
  }
}

TEST(FaceScan, HandsOverEveryRowOnceWithItsCosine) {
  constexpr std::size_t kDimension = 128;
  constexpr std::size_t kRows = 1300;
  const auto values = random_rows(kRows * kDimension, 5);
  std::vector<float> scales;
  std::vector<std::uint32_t> ordinals;
  for (std::size_t r = 0; r < kRows; ++r) {
    scales.push_back(face_scale(std::span(values).subspan(r * kDimension, kDimension)));
    ordinals.push_back(static_cast<std::uint32_t>(3 * r));
  }
  const FaceProbe probe(random_rows(kDimension, 6));
  std::size_t met = 0;
  scan_faces(probe, {values, scales, ordinals, kDimension}, [&](auto who, auto cosines) {
    ASSERT_EQ(who.size(), cosines.size());
    for (std::size_t k = 0; k < who.size(); ++k, ++met) {
      ASSERT_EQ(who[k], 3 * met);
      EXPECT_NEAR(cosines[k], probe.cosine(std::span(values).subspan(met * kDimension, kDimension)), 1e-6);
    }
  });
  EXPECT_EQ(met, kRows);
}

TEST(FaceScan, AnEmbeddingOfNothingIsLikeNobody) {
  const std::vector<std::int8_t> nothing(128, 0);
  EXPECT_EQ(face_scale(nothing), 0.0F);
  EXPECT_EQ(FaceProbe(random_rows(128, 1)).cosine(nothing), 0.0);
}

}  // namespace
}  // namespace whorl::index
