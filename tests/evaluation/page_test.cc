#include "engine/evaluation/page/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "engine/evaluation/identification/charts.h"
#include "engine/evaluation/svg.h"

namespace whorl::evaluation {
namespace {

using testing::HasSubstr;
using testing::Not;

PageContent content(const std::string& name) {
  std::vector<Sample> samples;
  for (int f = 0; f < 20; ++f) {
    for (int i = 0; i < 4; ++i) {
      samples.push_back({std::to_string(f) + "_" + std::to_string(i), std::to_string(f), true, {}, 10.0 + 25 * i});
    }
  }
  const Trial trial = *run_trial(name, samples, Protocol::kAllPairs, [&](std::size_t a, std::size_t b) {
    std::mt19937_64 random(a * 1009 + b);
    return (samples[a].finger == samples[b].finger ? 6 : 0) + 10 * static_cast<double>(random() >> 11) * 0x1p-53;
  });
  PageContent out;
  out.provenance = {"1.2.3", "whorl evaluate --set 'a b'", "2026-01-01T00:00:00Z", 7, 1, 1,
                    {},      {{"m.csv", "ab12", 1}},       {"shipped", "cd34", 1}};
  out.calibration = &engine::Calibration::shipped();
  out.rates = {rates_of(trial, {100, 1})};
  out.claims = {check_calibration(trial, *out.calibration)};
  out.discard = {discard_curve(name, {trial}, {samples}, 0.01)};
  out.searches = {study_of(*searches_of(trial, samples), out.calibration, {{}, {}, {100, 1}})};
  out.splits = *splits_of({trial}, {samples}, {});
  out.worst = {{name, false, 1, "1_1", "2_2", 9.5, 12.0, Bytes(2000, 7)}};
  out.plots.det = det_svg({det_curve(name, trial)}, "DET");
  out.plots.iet = iet_svg(out.searches, "IET");
  return out;
}

TEST(Page, HoldsEveryPartWithItsProvenance) {
  const auto page = report_page(content("made"));
  ASSERT_TRUE(page.ok()) << page.error().text();
  for (const char* expected :
       {"<!DOCTYPE html>", "One to one", "One to many", "Do the decibels hold?", "Parts of the data", "The worst pairs",
        "Where these figures come from", "whorl 1.2.3", "2026-01-01T00:00:00Z", "ab12", "cd34",
        "whorl evaluate --set 'a b'", "data:image/jpeg;base64,", "<svg", "lang=\"en\""}) {
    EXPECT_NE(page->find(expected), std::string::npos) << expected;
  }
}

TEST(Page, FetchesNothingAndRunsNothing) {
  const std::string page = *report_page(content("made"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  for (const char* forbidden :
       {"<script", "<link", "src=\"http", "href=\"http", "url(", "@import", "<?xml", " style=\""}) {
    EXPECT_EQ(page.find(forbidden), std::string::npos) << forbidden;
  }
}

TEST(Page, OfFacesSpeaksOfFacesAndHasTheirGroups) {
  PageContent faces = content("lfw");
  faces.faces = true;
  faces.also = "Images in which no face was found refuse every pair they are in.";
  faces.searches.clear();
  faces.splits = {};
  GroupStudy study;
  study.column = "sex";
  study.at = faces.rates[0].fmr100;
  study.groups = {{"", 3, {}, {}, {}}, {"f", 20, {}, rate_of(1, 50), rate_of(2, 300)}};
  faces.groups = {study};
  const std::string page = *report_page(faces);
  for (const char* expected : {"is it the same face?", "same faces is missed", "By sex", "(none)", "too few",
                               "no face was found", "images of the same person"}) {
    EXPECT_THAT(page, HasSubstr(expected));
  }
  EXPECT_THAT(page, Not(HasSubstr("same finger")));
}

TEST(Page, EscapesWhatItIsGiven) {
  const std::string page = *report_page(content("<img src=x onerror=alert(1)>&\""));
  EXPECT_THAT(page, Not(HasSubstr("<img src=x")));
  EXPECT_THAT(page, HasSubstr("&lt;img src=x onerror=alert(1)&gt;&amp;"));
}

TEST(Page, LeavesPicturesOutBeforeItGrowsBeyondAMegabyte) {
  PageContent much = content("made");
  for (std::size_t i = 0; i < 40; ++i) much.worst.push_back({"made", true, i, "a", "b", 1, {}, Bytes(60'000, 9)});
  const auto page = report_page(much);
  ASSERT_TRUE(page.ok());
  EXPECT_LE(page->size(), kMaxPageBytes);
  EXPECT_THAT(*page, HasSubstr("pictures are left out"));
}

TEST(Page, ShowsAVerdictOnlyWhereOneWasAskedFor) {
  PageContent asked = content("made");
  EXPECT_THAT(*report_page(asked), Not(HasSubstr("What was asked of this run")));
  asked.judged = {{*parse_assertion("eer<=0.1"), "made", Judgement::kNotShown, true, 0.1, 0.05, 0.2, {}}};
  EXPECT_THAT(*report_page(asked), HasSubstr("not shown"));
}

}  // namespace
}  // namespace whorl::evaluation
