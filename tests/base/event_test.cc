#include "base/event.h"

#include <gtest/gtest.h>

#include <set>

namespace whorl {
namespace {

TEST(Event, EverySeverityHasItsOwnName) {
  std::set<std::string_view> names;
  for (const Severity severity : {Severity::kInfo, Severity::kWarning, Severity::kError}) {
    EXPECT_TRUE(names.insert(name_of(severity)).second);
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"info", "warning", "error"}));
  static_assert(name_of(Severity::kWarning) == "warning");
}

TEST(Event, ASinkReceivesWhatIsSaidAndNoSinkIsNoCall) {
  Event heard;
  const EventSink sink = [&](const Event& event) { heard = event; };
  sink({Severity::kWarning, "snapshot_not_written", "The snapshot could not be written."});
  EXPECT_EQ(heard.severity, Severity::kWarning);
  EXPECT_EQ(heard.code, "snapshot_not_written");
  EXPECT_FALSE(static_cast<bool>(EventSink()));
}

}  // namespace
}  // namespace whorl
