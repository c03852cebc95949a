#include "cluster/plan_costs.h"

namespace whorl::cluster::cost {

const std::vector<Row>& rows() {
  using enum Known;
  constexpr const char* kIndex = "whorl capacity (docs/capacity.md)";
  constexpr const char* kFigures = "scripts/cluster-test cost: four parts of one replica, broker and all on two cores";
  constexpr const char* kMessages = "messages of one finger, encoded and sealed (tests/cluster/plan_test.cc)";
  static const std::vector<Row> kRows = {
      {"memory, disk, opening, looks and comparisons of a part", 0, "", kMeasured, kIndex},
      {"a finger's image to its template", kExtractS, "s of a core", kMeasured, "docs/benchmarks.md"},
      {"a template that came in a message, made ready", kPrepareS, "s of a core", kMeasured, "docs/benchmarks.md"},
      {"asking one part and merging its answer, both ends", kAskPartS, "s of a core", kMeasured, kFigures},
      {"a message at the broker, many under way, no TLS", kBrokerMessageS, "s of a core", kMeasured, kFigures},
      {"a finger put in from another replica", kTakeFingerS, "s of two cores", kMeasured,
       "docs/cluster.md: people put in by a move; a copy was not timed"},
      {"spread of a search's time (sigma of its logarithm)", kSpread, "", kMeasured,
       "docs/index.md: p99 is twice p50 (of the layout before)"},
      {"a search's question", kQuestionBytes, "bytes", kMeasured, kMessages},
      {"each finger in it", kQuestionFingerBytes, "bytes", kMeasured, "docs/capacity.md"},
      {"a part's answer", kAnswerBytes, "bytes", kMeasured, kMessages},
      {"each of ten persons in it", kAnswerPersonBytes, "bytes", kMeasured, kMessages},
      {"asking a replica how far it is", kPositionBytes, "bytes", kMeasured, kMessages},
      {"memory read for each finger looked at", kReadOfFingerBytes, "bytes", kMeasured, "docs/index.md"},
      {"protocol, TLS and TCP about a message", kEnvelopeBytes, "bytes", kStated, ""},
      {"image of a finger that is enrolled", kImageBytes, "bytes", kStated, ""},
      {"there and back by way of the broker", kRoundTripS, "s", kStated, ""},
      {"a thread of the front for a replica", kThreadS, "s of a core", kStated, ""},
      {"a write that is on the disk", kSyncS, "s", kStated, ""},
  };
  return kRows;
}

}  // namespace whorl::cluster::cost
