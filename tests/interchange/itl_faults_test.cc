// Faults of ANSI/NIST-ITL transactions: each is said once, under its rule, and hides nothing that follows.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "templates/interchange/check.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"

namespace whorl::interchange {
namespace {

using Rules = std::vector<std::string>;

// Every finding, in their order.
Rules findings(const std::string& file) {
  Rules out;
  const Report report = check(as_bytes(file));
  for (const Finding& each : report.findings.all()) out.emplace_back(each.rule);
  return out;
}

struct Field {
  std::string tag;
  std::string value;
};
using Fields = std::vector<Field>;

// Fields with separators between them; the length, in `stated` digits where they are given, counts its own digits.
std::string record(const std::string& type, const Fields& fields, const std::string& stated = "") {
  std::string rest;
  for (const Field& each : fields) rest += "\x1d" + each.tag + ":" + each.value;
  rest += '\x1c';
  const std::string tag = type + ".001:";
  std::size_t length = tag.size() + rest.size() + 1;
  while (length != tag.size() + std::to_string(length).size() + rest.size()) ++length;
  return tag + (stated.empty() ? std::to_string(length) : stated) + rest;
}

// With `contents` as "14\x1f01" each.
std::string first(const std::vector<std::string>& contents, const std::string& version = "0500") {
  std::string list = "1\x1f" + std::to_string(contents.size());
  for (const std::string& each : contents) list += "\x1e" + each;
  return record("1", {{"1.002", version},
                      {"1.003", list},
                      {"1.004", "CPS"},
                      {"1.005", "20240102"},
                      {"1.007", "DEST"},
                      {"1.008", "ORIG"},
                      {"1.009", "20240102000000A"},
                      {"1.011", "00.00"},
                      {"1.012", "00.00"}});
}

std::string second() { return record("2", {{"2.002", "00"}, {"2.003", "0600"}}); }

const std::string kTwo =
    "2\x1f"
    "00";

Fields image_fields(const std::string& idc, const std::string& position) {
  return {{"14.002", idc},
          {"14.003", "0"},
          {"14.004", "ORIG"},
          {"14.005", "20240102"},
          {"14.006", "40"},
          {"14.007", "36"},
          {"14.008", "1"},
          {"14.009", "500"},
          {"14.010", "500"},
          {"14.011", "NONE"},
          {"14.012", "8"},
          {"14.013", position},
          {"14.999", '\x1c' + std::string(1439, 'x')}};
}
std::string image(const std::string& idc, const std::string& position, const std::string& stated = "") {
  return record("14", image_fields(idc, position), stated);
}

std::string replaced(std::string in, const std::string& from, const std::string& to) {
  const std::size_t at = in.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return in.replace(at, from.size(), to);
}

// A transaction of Type-2 and one Type-14, of which `from` is replaced.
std::string with(const std::string& from, const std::string& to) {
  return first({kTwo,
                "14\x1f"
                "01"}) +
         second() + replaced(image("01", "7"), from, to);
}

TEST(ItlFaults, AFieldWithoutItsTagIsOneFinding) {
  for (const std::string tag : {"14.005", "14.006", "14.009", "14.013"}) {
    EXPECT_EQ(findings(with(tag, replaced(tag, ".", "-"))), Rules{"AN-15"}) << tag;
  }
}

TEST(ItlFaults, ATagOfAnotherTypeIsOneFinding) {
  for (const std::string number : {"002", "005", "006", "013"}) {
    EXPECT_EQ(findings(with("14." + number, "13." + number)), Rules{"AN-16"}) << number;
  }
}

TEST(ItlFaults, AFieldThatIsMissingIsOneFinding) {
  for (const std::size_t field : {0u, 2u, 3u, 7u, 9u, 11u}) {
    Fields fields = image_fields("01", "7");
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(field));
    EXPECT_EQ(findings(first({kTwo,
                              "14\x1f"
                              "01"}) +
                       second() + record("14", fields)),
              Rules{"AN-04"})
        << field;
  }
}

TEST(ItlFaults, AWrongLengthOfARecordIsOneFindingAndHidesNothingThatFollows) {
  const std::string head = first({kTwo,
                                  "14\x1f"
                                  "01",
                                  "14\x1f"
                                  "02"}) +
                           second();
  const std::string last = image("02", "8");
  const std::size_t right = image("01", "7").size();
  for (const std::string& stated : {std::to_string(right + 1), std::to_string(right - 100), std::string("0060")}) {
    const std::string file = head + image("01", "7", stated) + last;
    EXPECT_EQ(findings(file), Rules{"AN-02"}) << stated;
    EXPECT_EQ(samples_in(as_bytes(file)).samples.size(), 2u) << stated;
  }
  EXPECT_EQ(findings(head + image("01", "7", "99999") + last), Rules{"GEN-01"});
  EXPECT_EQ(findings(head + image("01", "7", "none") + last), Rules{"AN-15"});
  const std::string two = record("2", {{"2.002", "00"}, {"2.003", "0600"}}, "99");
  const std::string of_text = first({kTwo,
                                     "14\x1f"
                                     "01"}) +
                              two + image("01", "7");
  EXPECT_EQ(findings(of_text), Rules{"AN-02"});
  EXPECT_EQ(samples_in(as_bytes(of_text)).samples.size(), 1u);
}

TEST(ItlFaults, ARecordOfAnotherTypeThanIsListedIsOneFindingAndIsRead) {
  const std::string file = first({kTwo,
                                  "13\x1f"
                                  "01",
                                  "14\x1f"
                                  "02"}) +
                           second() + image("01", "7") + image("02", "8");
  EXPECT_EQ(findings(file), Rules{"AN-07"});
  EXPECT_EQ(samples_in(as_bytes(file)).samples.size(), 2u);
}

TEST(ItlFaults, AFileThatIsCutIsSaidToBeCutOnce) {
  const std::string whole = first({kTwo,
                                   "14\x1f"
                                   "01",
                                   "14\x1f"
                                   "02"}) +
                            second() + image("01", "7") + image("02", "8");
  EXPECT_EQ(findings(whole), Rules{});
  const std::size_t images = whole.find("14.001:");
  for (std::size_t size = images + 12; size < whole.size(); size += 37) {
    ASSERT_EQ(findings(whole.substr(0, size)).size(), 1u)
        << size << testing::PrintToString(findings(whole.substr(0, size)));
  }
}

TEST(ItlFaults, ACompressionThatIsNotDefinedIsAFault) {
  EXPECT_EQ(findings(with("14.011:NONE", "14.011:GIF8")), Rules{"AN-14"});
}

TEST(ItlFaults, RecordsOfTheUpdatesNeedTheirVersions) {
  const auto of = [](const std::string& type, const std::string& version) {
    return findings(first({kTwo, type + "\x1f"
                                        "01"},
                          version) +
                    second() + record(type, {{type + ".002", "01"}}));
  };
  for (const std::string type : {"11", "12", "22"}) {
    EXPECT_EQ(of(type, "0501"), Rules{}) << type;
    EXPECT_EQ(of(type, "0500"), Rules{"AN-20"}) << type;
  }
  EXPECT_EQ(of("23", "0502"), Rules{"AN-07"});
}

TEST(ItlContents, WhatIsLeftOutIsSaid) {
  Fields palm = image_fields("01", "25");
  for (Field& each : palm) each.tag.replace(0, 2, "15");
  const auto of_palm = samples_in(as_bytes(first({kTwo,
                                                  "15\x1f"
                                                  "01"}) +
                                           second() + record("15", palm)));
  EXPECT_EQ(of_palm.samples.size(), 0u);
  EXPECT_EQ(of_palm.left.size(), 1u);
  const std::string efs = record("9", {{"9.002", "01"}, {"9.003", "4"}, {"9.004", "U"}, {"9.300", "1"}});
  EXPECT_EQ(samples_in(as_bytes(first({kTwo,
                                       "9\x1f"
                                       "01"}) +
                                second() + efs))
                .left.size(),
            1u);
}

TEST(ItlContents, AnUncompressedGreyPhotographIsAPicture) {
  const Fields face{{"10.002", "01"},  {"10.003", "FACE"}, {"10.004", "ORIG"}, {"10.005", "20240102"},
                    {"10.006", "40"},  {"10.007", "36"},   {"10.008", "1"},    {"10.009", "500"},
                    {"10.010", "500"}, {"10.011", "NONE"}, {"10.012", "GRAY"}, {"10.999", std::string(1440, 'x')}};
  const std::string file = first({kTwo,
                                  "10\x1f"
                                  "01"}) +
                           second() + record("10", face);
  EXPECT_EQ(findings(file), Rules{});
  const auto found = samples_in(as_bytes(file));
  ASSERT_EQ(found.samples.size(), 1u) << testing::PrintToString(found.left);
  EXPECT_EQ(found.samples[0].modality, Modality::kFace);
  EXPECT_EQ(found.samples[0].bytes[1], 'P') << "as PNG";
}

TEST(ItlFaults, DocumentsInsideRecordsMayHoldAnyByte) {
  const std::string document =
      "\x1d\x1c\x1d"
      "any bytes \x1c";
  for (const std::string type : {"20", "21", "99"}) {
    const std::string file = first({kTwo, type + "\x1f"
                                                 "01"}) +
                             second() + record(type, {{type + ".002", "01"}, {type + ".999", document}});
    EXPECT_EQ(findings(file), Rules{}) << type;
  }
}

}  // namespace
}  // namespace whorl::interchange
