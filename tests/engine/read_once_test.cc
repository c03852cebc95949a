// An enrolment reads, writes and prepares every template once: counted by the calls themselves, which the linker leads
// through here (--wrap in CMakeLists.txt).
#include <gtest/gtest.h>

#include <atomic>

#include "templates/codec/native.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::engine {
namespace {

using fingerprint::CompareParameters;
using fingerprint::FingerprintTemplate;
using fingerprint::PreparedTemplate;
using fingerprint::RidgeForm;

std::atomic<int> encoded;
std::atomic<int> decoded;
std::atomic<int> prepared;

}  // namespace

// The true functions, and those that are called in their place.
#define WHORL_ENCODE "_ZN5whorl5codec13encode_nativeERKNS_11fingerprint19FingerprintTemplateE"
#define WHORL_DECODE "_ZN5whorl5codec13decode_nativeESt4spanIKhLm18446744073709551615EE"
#define WHORL_PREPARE "_ZN5whorl5codec14prepare_nativeESt4spanIKhLm18446744073709551615EE"
#define WHORL_PREPARED \
  "_ZN5whorl11fingerprint16PreparedTemplateC1ERKNS0_19FingerprintTemplateERKNS0_17CompareParametersENS0_9RidgeFormE"

Result<Bytes> true_encode(const FingerprintTemplate& source) asm("__real_" WHORL_ENCODE);
Result<FingerprintTemplate> true_decode(ByteView bytes) asm("__real_" WHORL_DECODE);
Result<PreparedTemplate> true_prepare(ByteView bytes) asm("__real_" WHORL_PREPARE);
void true_make(PreparedTemplate* made, const FingerprintTemplate& source, const CompareParameters& parameters,
               RidgeForm form) asm("__real_" WHORL_PREPARED);

Result<Bytes> counted_encode(const FingerprintTemplate& source) asm("__wrap_" WHORL_ENCODE);
Result<FingerprintTemplate> counted_decode(ByteView bytes) asm("__wrap_" WHORL_DECODE);
Result<PreparedTemplate> counted_prepare(ByteView bytes) asm("__wrap_" WHORL_PREPARE);
void counted_make(PreparedTemplate* made, const FingerprintTemplate& source, const CompareParameters& parameters,
                  RidgeForm form) asm("__wrap_" WHORL_PREPARED);

Result<Bytes> counted_encode(const FingerprintTemplate& source) {
  ++encoded;
  return true_encode(source);
}
Result<FingerprintTemplate> counted_decode(ByteView bytes) {
  ++decoded;
  return true_decode(bytes);
}
Result<PreparedTemplate> counted_prepare(ByteView bytes) {
  ++prepared;
  return true_prepare(bytes);
}
void counted_make(PreparedTemplate* made, const FingerprintTemplate& source, const CompareParameters& parameters,
                  RidgeForm form) {
  ++prepared;
  true_make(made, source, parameters, form);
}

namespace {

class ReadOnce : public EngineTest {
 protected:
  // Enrols and counts.
  void enrol_counted(const EnrolRequest& request) {
    encoded = decoded = prepared = 0;
    const auto receipt = engine().enrol({}, request);
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
  }
};

TEST_F(ReadOnce, ATemplateThatIsEnrolled) {
  EnrolRequest request;
  request.person_id = "p1";
  request.samples = {sample(FingerPosition::kRightIndex, tests::random_finger(1)),
                     sample(FingerPosition::kLeftIndex, tests::random_finger(2)),
                     sample(FingerPosition::kRightThumb, tests::random_finger(3))};
  enrol_counted(request);
  EXPECT_EQ(decoded, 3);
  EXPECT_EQ(encoded, 3);
  EXPECT_EQ(prepared, 3);
}

// What is kept is the same as what opening the gallery again makes of the record.
TEST(ReadOnceTwin, KeepingGivesWhatPreparingTheRecordGives) {
  for (std::uint64_t i = 0; i < 40; ++i) {
    FingerprintTemplate finger = tests::random_finger(i);
    if (i % 5 == 0) finger.ridges = {};
    const Bytes bytes = codec::encode_native(finger).value();
    const PreparedTemplate raw(finger);
    const PreparedTemplate again = codec::prepare_again(raw, bytes);
    const PreparedTemplate fresh = codec::prepare_native(bytes).value();
    ASSERT_TRUE(std::equal(again.bytes().begin(), again.bytes().end(), fresh.bytes().begin(), fresh.bytes().end()))
        << i;
  }
}

}  // namespace
}  // namespace whorl::engine
