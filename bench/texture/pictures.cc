#include "bench/texture/pictures.h"

#include <atomic>
#include <mutex>

#include "base/parallel.h"
#include "datasets/draws.h"
#include "datasets/reader.h"
#include "datasets/sample_files.h"
#include "engine/calibration.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/resample.h"

namespace whorl::bench {

Pictures draw_pictures(int count, std::uint64_t seed) {
  const auto kinds = std::size(tests::kTextureKinds);
  Pictures out;
  out.all.resize(kinds * static_cast<std::size_t>(count));
  fingerprint::ExtractParameters open;
  open.require_ridges = false;
  open.require_one_finger = false;
  std::mutex mutex;
  parallel_each(out.all.size(),
                [&](std::size_t i) {
                  const tests::TextureKind kind = tests::kTextureKinds[i % kinds];
                  Picture& picture = out.all[i];
                  picture.kind = tests::name_of(kind);
                  picture.seed = seed + i / kinds;
                  const auto image = image::to_standard_ppi(tests::draw_texture(kind, picture.seed));
                  if (!image.ok()) return;
                  const auto gated = fingerprint::extract(*image);
                  picture.refused = !gated.ok();
                  if (!gated.ok()) picture.why = gated.error().message;
                  const auto found = gated.ok() ? gated : fingerprint::extract(*image, open);
                  if (!found.ok()) return;
                  fingerprint::PreparedTemplate prepared(*found);
                  const std::lock_guard lock(mutex);
                  out.prepared.push_back(std::move(prepared));
                  out.of.push_back(i);
                },
                {});
  return out;
}

Result<std::vector<fingerprint::PreparedTemplate>> real_prints(const std::filesystem::path& manifest) {
  WHORL_ASSIGN(const datasets::Dataset listed, datasets::read_manifest(manifest));
  std::vector<datasets::SampleFile> files;
  for (const auto& sample : listed.samples) files.push_back({sample.path, sample.ppi});
  WHORL_ASSIGN(const auto extracted, datasets::extract_all(files, {}));
  std::vector<fingerprint::PreparedTemplate> out;
  for (const auto& print : extracted) {
    if (print) out.emplace_back(*print);
  }
  return out;
}

namespace {

using Pointers = std::vector<const fingerprint::PreparedTemplate*>;
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

Pairs pairs_of(const Pointers& a, const Pointers& b, std::size_t count, std::uint64_t seed) {
  Pairs out;
  const bool one_list = a == b;
  if ((one_list ? a.size() * (a.size() - 1) / 2 : a.size() * b.size()) <= count) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      for (std::size_t j = one_list ? i + 1 : 0; j < b.size(); ++j) out.emplace_back(i, j);
    }
    return out;
  }
  datasets::Draws draws(seed);
  while (out.size() < count) {
    const auto i = static_cast<std::size_t>(draws.below(static_cast<int>(a.size())));
    const auto j = static_cast<std::size_t>(draws.below(static_cast<int>(b.size())));
    if (a[i] != b[j]) out.emplace_back(i, j);
  }
  return out;
}

}  // namespace

Shares compare_pairs(const std::vector<const fingerprint::PreparedTemplate*>& a,
                     const std::vector<const fingerprint::PreparedTemplate*>& b, std::size_t count,
                     std::uint64_t seed) {
  Shares out;
  const auto pairs = pairs_of(a, b, count, seed);
  const engine::Calibration& calibration = engine::Calibration::shipped();
  std::atomic<std::size_t> at_20 = 0;
  std::atomic<std::size_t> at_30 = 0;
  parallel_each(pairs.size(),
                [&](std::size_t n) {
                  const double db = calibration.db(fingerprint::compare(*a[pairs[n].first], *b[pairs[n].second]).score);
                  at_20 += db >= 20 ? 1 : 0;
                  at_30 += db >= 30 ? 1 : 0;
                },
                {});
  out.pairs = pairs.size();
  out.at_20 = at_20;
  out.at_30 = at_30;
  return out;
}

}  // namespace whorl::bench
