// Ways of searching face embeddings, side by side: time of one search on two cores, recall of the exhaustive float
// answer, memory.
#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexScalarQuantizer.h>
#include <omp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>

#include "base/workers.h"
#include "bench/faces/population.h"
#include "index/shard/face_index.h"
#include "index/shard/face_scan.h"
#include "templates/face/template.h"

namespace whorl::bench {
namespace {

using Search = std::function<std::size_t(const float* probe)>;  // the best row

struct Result {
  double p50_ms = 0;
  double p99_ms = 0;
  std::vector<std::size_t> best;
};

Result measure(const Faces& faces, const Search& search) {
  Result out;
  std::vector<double> times;
  for (std::size_t p = 0; p < faces.wanted.size(); ++p) {
    const auto started = std::chrono::steady_clock::now();
    out.best.push_back(search(faces.probes.data() + p * faces.dimension));
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count());
  }
  std::sort(times.begin(), times.end());
  out.p50_ms = times[times.size() / 2];
  out.p99_ms = times[times.size() * 99 / 100];
  return out;
}

// Whorl's own: bytes, scanned by two threads.
class Bytewise {
 public:
  explicit Bytewise(const Faces& faces) : dimension_(faces.dimension) {
    for (std::size_t r = 0; r < faces.rows(); ++r) {
      const auto made = bytes(faces.enrolled.data() + r * dimension_);
      values_.insert(values_.end(), made.begin(), made.end());
      scales_.push_back(index::face_scale(made));
      ordinals_.push_back(static_cast<std::uint32_t>(r));
    }
  }
  [[nodiscard]] std::size_t memory() const {
    return values_.size() + scales_.size() * sizeof scales_[0] + ordinals_.size() * sizeof ordinals_[0];
  }
  std::size_t search(const float* probe, index::FaceKernel kernel) const {
    constexpr std::size_t kPiece = 16384;
    const index::FaceProbe prepared(bytes(probe), kernel);
    std::mutex mutex;
    float best = -2;
    std::uint32_t who = 0;
    workers_.each((scales_.size() + kPiece - 1) / kPiece, 1, [&](std::size_t begin, std::size_t end) {
      float own = -2;
      std::uint32_t own_who = 0;
      const std::size_t from = begin * kPiece;
      const std::size_t n = std::min(end * kPiece, scales_.size()) - from;
      const index::FaceRows rows{std::span(values_).subspan(from * dimension_, n * dimension_),
                                 std::span(scales_).subspan(from, n), std::span(ordinals_).subspan(from, n),
                                 dimension_};
      index::scan_faces(prepared, rows, [&](auto ordinals, auto cosines) {
        for (std::size_t k = 0; k < cosines.size(); ++k) {
          if (cosines[k] > own) own = cosines[k], own_who = ordinals[k];
        }
      });
      const std::scoped_lock lock(mutex);
      if (own > best || (own == best && own_who < who)) best = own, who = own_who;
    });
    return who;
  }

 private:
  std::vector<std::int8_t> bytes(const float* v) const {
    return face::make_template({"bench", {}}, 50, {v, dimension_}).value().embedding;
  }
  std::size_t dimension_;
  std::vector<std::int8_t> values_;
  std::vector<float> scales_;
  std::vector<std::uint32_t> ordinals_;
  Workers workers_{2};
};

// What galleries do: shards with a FAISS index each (index/shard/face_index.h), whose nearest are compared as bytes.
class Indexed {
 public:
  explicit Indexed(const Faces& faces) : dimension_(faces.dimension) {
    for (std::size_t r = 0; r < faces.rows(); ++r) {
      const auto made = face::make_template({"bench", {}}, 50, {faces.enrolled.data() + r * dimension_, dimension_})
                            .value()
                            .embedding;
      values_.insert(values_.end(), made.begin(), made.end());
    }
    for (std::size_t begin = 0; begin < faces.rows(); begin += kShard) {
      const std::size_t n = std::min(kShard, faces.rows() - begin);
      parts_.push_back(
          index::FaceIndex::build(std::span(values_).subspan(begin * dimension_, n * dimension_), dimension_));
    }
  }
  [[nodiscard]] std::size_t memory() const {
    std::size_t out = values_.size();
    for (const auto& part : parts_) out += part->memory_bytes();
    return out;
  }
  std::size_t search(const float* probe) const {
    const index::FaceProbe prepared(face::make_template({"bench", {}}, 50, {probe, dimension_}).value().embedding);
    std::mutex mutex;
    double best = -2;
    std::size_t who = 0;
    workers_.each(parts_.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t part = begin; part < end; ++part) {
        for (const std::uint32_t row : parts_[part]->nearest(prepared, 400)) {
          const std::size_t at = part * kShard + row;
          const double cosine = prepared.cosine(std::span(values_).subspan(at * dimension_, dimension_));
          const std::scoped_lock lock(mutex);
          if (cosine > best || (cosine == best && at < who)) best = cosine, who = at;
        }
      }
    });
    return who;
  }

 private:
  static constexpr std::size_t kShard = 131072;  // of the largest shards
  std::size_t dimension_;
  std::vector<std::int8_t> values_;
  std::vector<std::unique_ptr<index::FaceIndex>> parts_;
  Workers workers_{2};
};

// FAISS searches one probe on one thread: two indexes of half the rows each, one a thread.
class Halves {
 public:
  template <class Make>
  Halves(const Faces& faces, Make make) : half_(faces.rows() / 2) {
    for (int h = 0; h < 2; ++h) {
      const float* from = faces.enrolled.data() + (h == 0 ? 0 : half_ * faces.dimension);
      const std::size_t n = h == 0 ? half_ : faces.rows() - half_;
      parts_[h] = make();
      parts_[h]->train(static_cast<faiss::Index::idx_t>(std::min<std::size_t>(n, 50000)), from);
      parts_[h]->add(static_cast<faiss::Index::idx_t>(n), from);
    }
  }
  std::size_t search(const float* probe) const {
    float scores[2];
    faiss::Index::idx_t labels[2];
    workers_.each(2, 1, [&](std::size_t begin, std::size_t end) {
      omp_set_num_threads(1);
      for (std::size_t h = begin; h < end; ++h) parts_[h]->search(1, probe, 1, &scores[h], &labels[h]);
    });
    return scores[0] >= scores[1] ? static_cast<std::size_t>(labels[0]) : half_ + static_cast<std::size_t>(labels[1]);
  }

 private:
  std::size_t half_;
  std::unique_ptr<faiss::Index> parts_[2];
  Workers workers_{2};
};

class Table {
 public:
  Table(const Faces& faces, std::vector<std::size_t> truth) : faces_(faces), truth_(std::move(truth)) {
    std::printf("| way | p50 ms | p99 ms | times the float scan | same row | same person | right person | MB |\n");
    std::printf("|---|---:|---:|---:|---:|---:|---:|---:|\n");
  }
  void row(const char* name, const Search& search, double bytes) {
    search(faces_.probes.data());
    const Result result = measure(faces_, search);
    if (base_ms_ == 0) base_ms_ = result.p50_ms;
    double row = 0;
    double person = 0;
    double right = 0;
    for (std::size_t p = 0; p < truth_.size(); ++p) {
      row += result.best[p] == truth_[p];
      person += faces_.persons[result.best[p]] == faces_.persons[truth_[p]];
      right += faces_.persons[result.best[p]] == faces_.wanted[p];
    }
    const auto n = static_cast<double>(truth_.size()) / 100;
    std::printf("| %s | %.1f | %.1f | %.2f | %.2f %% | %.2f %% | %.2f %% | %.0f |\n", name, result.p50_ms,
                result.p99_ms, base_ms_ / result.p50_ms, row / n, person / n, right / n, bytes / 1e6);
    std::fflush(stdout);
  }

 private:
  const Faces& faces_;
  std::vector<std::size_t> truth_;
  double base_ms_ = 0;
};

std::vector<std::size_t> exhaustive(const Faces& faces) {
  faiss::IndexFlatIP all(static_cast<faiss::Index::idx_t>(faces.dimension));
  all.add(static_cast<faiss::Index::idx_t>(faces.rows()), faces.enrolled.data());
  std::vector<float> scores(faces.wanted.size());
  std::vector<faiss::Index::idx_t> labels(faces.wanted.size());
  all.search(static_cast<faiss::Index::idx_t>(labels.size()), faces.probes.data(), 1, scores.data(), labels.data());
  return {labels.begin(), labels.end()};
}

void run(std::size_t n, std::size_t probes, bool graph) {
  const Faces faces = make_faces(n, probes);
  std::printf("%zu embeddings of %zu values: %s\n\n", faces.rows(), faces.dimension, faces.note.c_str());
  Table table(faces, exhaustive(faces));
  const auto d = static_cast<faiss::Index::idx_t>(faces.dimension);
  const auto values = static_cast<double>(faces.enrolled.size());
  {
    const Halves flat(faces, [&] { return std::make_unique<faiss::IndexFlatIP>(d); });
    table.row(
        "FAISS flat, floats", [&](const float* p) { return flat.search(p); }, 4 * values);
  }
  {
    const Bytewise own(faces);
    const auto with = [&](index::FaceKernel kernel) {
      return [&own, kernel](const float* p) { return own.search(p, kernel); };
    };
    const auto bytes = static_cast<double>(own.memory());
    const auto best = index::best_face_kernel();
    if (best != index::FaceKernel::kPlain) table.row("bytes, AVX2", with(index::FaceKernel::kAvx2), bytes);
    table.row("bytes, plain loop", with(index::FaceKernel::kPlain), bytes);
  }
  {
    const Indexed indexed(faces);
    table.row(
        "**FAISS PQ fast scan of shards, then bytes**", [&](const float* p) { return indexed.search(p); },
        static_cast<double>(indexed.memory()));
  }
  {
    const Halves sq8(faces, [&] {
      return std::make_unique<faiss::IndexScalarQuantizer>(d, faiss::ScalarQuantizer::QT_8bit,
                                                           faiss::METRIC_INNER_PRODUCT);
    });
    table.row(
        "FAISS scalar-quantised, 8 bits", [&](const float* p) { return sq8.search(p); }, values);
  }
  if (!graph) return;
  const Halves hnsw(faces, [&] {
    omp_set_num_threads(2);
    auto out = std::make_unique<faiss::IndexHNSWFlat>(d, 32, faiss::METRIC_INNER_PRODUCT);
    out->hnsw.efConstruction = 80;
    out->hnsw.efSearch = 128;
    return out;
  });
  table.row(
      "FAISS HNSW, 32 neighbours, ef 128, floats", [&](const float* p) { return hnsw.search(p); },
      4 * values + 4 * 2 * 32 * static_cast<double>(faces.rows()));
}

}  // namespace
}  // namespace whorl::bench

int main(int argc, char** argv) {
  CLI::App app("Ways of searching face embeddings, side by side");
  std::size_t n = 1000000;
  std::size_t probes = 1000;
  bool graph = false;
  app.add_option("--rows", n, "Embeddings")->check(CLI::Range(1000, 10000000));
  app.add_option("--probes", probes, "Probes")->check(CLI::Range(10, 100000));
  app.add_flag("--graph", graph, "Build FAISS's graph too, which takes minutes");
  CLI11_PARSE(app, argc, argv);
  whorl::bench::run(n, probes, graph);
  return 0;
}
