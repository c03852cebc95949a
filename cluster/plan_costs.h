// What steps of a cluster cost, each in one place with its unit and where it comes from: what plan.h adds up. What a
// part's own search, memory and disk take is index/capacity.h's. Pure values.
#pragma once

#include <cstdint>
#include <vector>

namespace whorl::cluster::cost {

// -- Measured ---------------------------------------------------------------------------------------------------------

// Seconds of one core.
inline constexpr double kExtractS = 9.79e-3;  // an image of a finger to its template
inline constexpr double kPrepareS = 146e-6;   // a template that came in a message, to what comparing needs
inline constexpr double kAskPartS = 0.5e-3;   // both ends of one part's question and answer, without the broker
inline constexpr double kBrokerMessageS =
    5.3e-6;                                      // a broker's, for each message, where many are under way; without TLS
inline constexpr double kTakeFingerS = 0.44e-3;  // two cores: people of one finger put into a gallery as they come
inline constexpr double kSpread = 0.3;           // of the logarithm of a search's time
// Bytes.
inline constexpr double kQuestionBytes = 170;         // a search without its fingers, sealed
inline constexpr double kQuestionFingerBytes = 1500;  // each finger's template in it
inline constexpr double kAnswerBytes = 110;           // without persons, sealed
inline constexpr double kAnswerPersonBytes = 170;     // each of ten
inline constexpr double kAnswerPersons = 10;
inline constexpr double kPositionBytes = 190;      // how far a replica is: question and answer together, sealed
inline constexpr double kReadOfFingerBytes = 960;  // of memory, for a finger that screening looks at

// -- Stated: taken as given, measured nowhere here --------------------------------------------------------------------

inline constexpr double kEnvelopeBytes = 150;      // of the broker's protocol, TLS and TCP about a message
inline constexpr double kImageBytes = 20e3;        // of a finger that is enrolled
inline constexpr double kRoundTripS = 0.5e-3;      // process, broker, process and back, on one network
inline constexpr double kThreadS = 20e-6;          // a thread that a front starts for a part's replica
inline constexpr double kSyncS = 1e-3;             // a write that is on the disk
inline constexpr double kSyncsOfChange = 3;        // two of the log, one of the effect (docs/cluster.md)
inline constexpr double kMessageLimitBytes = 8e6;  // the broker's max_payload (scripts/cluster/nats.conf)
inline constexpr std::uint64_t kBrokers = 3;

enum class Known : std::uint8_t { kMeasured, kStated };
struct Row {
  const char* what;
  double value;
  const char* unit;
  Known known;
  const char* from;
};
const std::vector<Row>& rows();

}  // namespace whorl::cluster::cost
