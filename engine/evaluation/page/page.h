// All figures of a run as one page that explains them: one file, no network, no script, at most 1 MB.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "engine/calibration.h"
#include "engine/evaluation/assertion.h"
#include "engine/evaluation/claims.h"
#include "engine/evaluation/difference.h"
#include "engine/evaluation/discard.h"
#include "engine/evaluation/groups.h"
#include "engine/evaluation/identification/study.h"
#include "engine/evaluation/provenance.h"
#include "engine/evaluation/rates.h"
#include "engine/evaluation/splits.h"

namespace whorl::evaluation {

// SVG documents; empty where there is nothing to draw.
struct Plots {
  std::string det;
  std::string histogram;
  std::string calibration;
  std::string discard;
  std::string iet;
  std::string dir;
  std::string cmc;
  std::string sizes;
};

// Two samples that come near to an error.
struct WorstPair {
  std::string set;
  bool mated = false;
  std::size_t rank = 1;
  std::string a;
  std::string b;
  double score = 0;
  std::optional<double> db;
  Bytes picture;  // a JPEG; empty where there is none
};

struct PageContent {
  bool faces = false;     // what is compared; else fingers
  std::string also = {};  // a sentence for the summary
  std::vector<GroupStudy> groups = {};
  Provenance provenance;
  const engine::Calibration* calibration = nullptr;  // null: raw scores alone
  std::vector<Rates> rates;
  std::vector<ClaimCheck> claims;
  std::vector<DiscardCurve> discard;
  std::vector<SearchStudy> searches;
  SplitStudy splits;
  std::vector<RunDifference> differences;
  std::vector<Judged> judged;
  std::vector<WorstPair> worst;
  Plots plots;
};

inline constexpr std::size_t kMaxPageBytes = 1'000'000;

// The document. Pictures are left out from the last on, and tables of the many points of curves, where it would grow
// beyond kMaxPageBytes; it says so. Errors: kInvalidInput when it does not fit even then.
Result<std::string> report_page(const PageContent& content);

// The Content-Security-Policy under which a node shows such a document that has no pictures.
std::string report_policy();

}  // namespace whorl::evaluation
