#include "index/shard/face_index.h"

#include <faiss/IndexPQFastScan.h>
#include <faiss/impl/io.h>
#include <faiss/index_io.h>
#include <faiss/utils/utils.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <string>
#include <utility>

#include "base/simd.h"

namespace whorl::index {
namespace {

constexpr int kBits = 4;
constexpr std::size_t kTrainedOn = 20000;  // rows, evenly taken

// Embeddings as floats of length 1.
std::vector<float> unit_rows(std::span<const std::int8_t> values, std::size_t dimension, std::size_t step) {
  std::vector<float> out;
  out.reserve(values.size() / step + dimension);
  for (std::size_t begin = 0; begin + dimension <= values.size(); begin += step * dimension) {
    const auto row = values.subspan(begin, dimension);
    const float scale = face_scale(row);
    for (const std::int8_t value : row) out.push_back(static_cast<float>(value) * scale);
  }
  return out;
}

std::atomic<std::uint64_t> times_asked = 0;
std::atomic<FaceIndexUse> wished = FaceIndexUse::kWhereFast;

faiss::Index::idx_t number(std::size_t n) { return static_cast<faiss::Index::idx_t>(n); }

}  // namespace

struct FaceIndex::Faiss {
  std::unique_ptr<faiss::Index> index;
};

FaceIndex::FaceIndex(std::unique_ptr<Faiss> faiss) : faiss_(std::move(faiss)) {}
FaceIndex::~FaceIndex() = default;

std::uint64_t FaceIndex::asked() { return times_asked.load(std::memory_order_relaxed); }

void FaceIndex::use(FaceIndexUse use) { wished.store(use, std::memory_order_relaxed); }

bool FaceIndex::is_used() {
  static const bool built_for_it = faiss::get_compile_options().find("AVX2") != std::string::npos;
  switch (wished.load(std::memory_order_relaxed)) {
    case FaceIndexUse::kAlways: return true;
    case FaceIndexUse::kNever: return false;
    case FaceIndexUse::kWhereFast: break;
  }
  return built_for_it && has_avx2();
}

std::unique_ptr<FaceIndex> FaceIndex::build(std::span<const std::int8_t> values, std::size_t dimension) {
  if (dimension % 2 != 0 || values.empty()) return nullptr;
  omp_set_num_threads(1);  // of this thread's calls: the workers are the caller's
  const std::size_t rows = values.size() / dimension;
  auto index = std::make_unique<faiss::IndexPQFastScan>(static_cast<int>(dimension), dimension / 2, kBits,
                                                        faiss::METRIC_INNER_PRODUCT);
  const auto some = unit_rows(values, dimension, std::max<std::size_t>(rows / kTrainedOn, 1));
  index->train(number(some.size() / dimension), some.data());
  const auto all = unit_rows(values, dimension, 1);
  index->add(number(rows), all.data());
  auto faiss = std::make_unique<Faiss>();
  faiss->index = std::move(index);
  return std::unique_ptr<FaceIndex>(new FaceIndex(std::move(faiss)));
}

Result<std::unique_ptr<FaceIndex>> FaceIndex::read(std::span<const std::byte> bytes, std::size_t rows,
                                                   std::size_t dimension) {
  try {
    faiss::VectorIOReader reader;
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
    reader.data.assign(begin, begin + bytes.size());
    auto faiss = std::make_unique<Faiss>();
    faiss->index.reset(faiss::read_index(&reader));
    const auto* const index = dynamic_cast<const faiss::IndexPQFastScan*>(faiss->index.get());
    if (index == nullptr || index->ntotal != number(rows) || index->d != static_cast<int>(dimension) ||
        index->metric_type != faiss::METRIC_INNER_PRODUCT || reader.rp != bytes.size()) {
      return corruption("shard: the index of its faces is another one's");
    }
    return std::unique_ptr<FaceIndex>(new FaceIndex(std::move(faiss)));
  } catch (const std::exception& e) {
    return corruption(std::string("shard: the index of its faces cannot be read: ") + e.what());
  }
}

std::vector<std::byte> FaceIndex::bytes() const {
  faiss::VectorIOWriter writer;
  faiss::write_index(faiss_->index.get(), &writer);
  const auto written = std::as_bytes(std::span(std::as_const(writer.data)));
  return {written.begin(), written.end()};
}

std::vector<std::uint32_t> FaceIndex::nearest(const FaceProbe& probe, std::size_t k) const {
  times_asked.fetch_add(1, std::memory_order_relaxed);
  omp_set_num_threads(1);
  const std::size_t most = std::min(k, static_cast<std::size_t>(faiss_->index->ntotal));
  std::vector<float> probed;
  for (const std::int8_t value : probe.values()) probed.push_back(static_cast<float>(value) * probe.scale());
  std::vector<float> products(most);
  std::vector<faiss::Index::idx_t> labels(most);
  faiss_->index->search(1, probed.data(), number(most), products.data(), labels.data());
  std::vector<std::uint32_t> out;
  for (const auto label : labels) {
    if (label >= 0) out.push_back(static_cast<std::uint32_t>(label));
  }
  return out;
}

std::size_t FaceIndex::memory_bytes() const {
  const auto& index = static_cast<const faiss::IndexPQFastScan&>(*faiss_->index);
  return index.codes.size() + index.pq.centroids.size() * sizeof(float);
}

}  // namespace whorl::index
