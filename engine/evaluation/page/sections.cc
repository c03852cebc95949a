#include "engine/evaluation/page/sections.h"

#include <boost/json.hpp>

#include "base/base64.h"
#include "base/json_text.h"
#include "engine/evaluation/canvas.h"
#include "engine/evaluation/page/html.h"
#include "engine/evaluation/report.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation::page {
namespace {

using html::element, html::figure, html::table;
using Rows = std::vector<html::Row>;

// The strictest operating point that the sample supports; null without one.
const OperatingPoint* strictest(const Rates& rates) {
  const OperatingPoint* out = nullptr;
  for (const OperatingPoint& point : rates.points) {
    if (point.supported) out = &point;
  }
  return out;
}

const SearchPoint* strictest(const Identification& rates) {
  const SearchPoint* out = nullptr;
  for (const SearchPoint& point : rates.points) {
    if (point.supported) out = &point;
  }
  return out;
}

std::string db_at(const PageContent& content, double score) {
  return content.calibration == nullptr ? std::string() : fixed_text(content.calibration->db(score));
}

std::string yes_no(bool yes) { return yes ? "yes" : "no"; }

}  // namespace

std::string summary(const PageContent& content) {
  std::string out =
      element("p", "Made by whorl " + content.provenance.version + " on " + content.provenance.date + ".");
  if (!content.also.empty()) out += element("p", content.also);
  const std::string many = content.faces ? "faces" : "fingers";
  std::string items;
  for (const Rates& rates : content.rates) {
    const OperatingPoint* point = strictest(rates);
    if (point == nullptr) continue;
    items += element("li", rates.name + ", one to one: where at most " + percent(point->target_fmr) + " of different " +
                               many + " are taken for the same, this share of the same " + many +
                               " is missed: " + point->fnmr.text() + ".");
  }
  for (const SearchStudy& study : content.searches) {
    const SearchPoint* point = strictest(study.rates);
    if (point == nullptr) continue;
    items += element(
        "li",
        study.rates.name + ", search by " + fingers_text(study.rates.fingers) + " among " +
            std::to_string(study.rates.references) + " references: where at most " + percent(point->target_fpir) +
            " of the searches for people who are not enrolled name somebody, this share of the enrolled is missed: " +
            point->fnir.text() + ".");
  }
  return out + "<ul>\n" + items + "</ul>\n" +
         "<p class=\"note\">Figures in brackets are the 95 % interval. \"&lt; 3/n\" means that nothing was counted in "
         "n: the "
         "rate is below that with 95 % confidence, and no more is known. \"not supported\" means that the sample is "
         "too "
         "small for the figure. A real gallery is larger than this sample: <code>whorl workload</code> says what that "
         "means for a day's work.</p>\n";
}

std::string judgements(const PageContent& content) {
  Rows asserted = {{"assertion", "set", "judgement", "figure"}};
  for (const Judged& j : content.judged) {
    asserted.push_back(
        {j.assertion.text, j.set, std::string(name_of(j.judgement)),
         j.supported ? percent(j.value) + " [" + percent(j.low) + ", " + percent(j.high) + "]" : j.note});
  }
  Rows differences = {{"set", "figure", "this run", "other run", "difference", "95 %", "verdict"}};
  for (const RunDifference& run : content.differences) {
    for (const Difference& d : run.rows) {
      differences.push_back({d.set, d.measure, percent(d.here), percent(d.other), percent(d.value()),
                             "[" + percent(d.low) + ", " + percent(d.high) + "]", d.verdict()});
    }
  }
  return table("Assertions; \"not shown\": the interval holds the limit, the sample does not decide", asserted) +
         table("Against the other run on the same pairs; the interval draws whole persons", differences);
}

std::string verification(const PageContent& content) {
  Rows rows = {
      {"set", content.faces ? "people" : "fingers", "mated", "non-mated", "EER", "ZeroFMR", "failures to extract"}};
  Rows points = {{"set", "FMR at most", "threshold", "dB", "FNMR"}};
  for (const Rates& r : content.rates) {
    rows.push_back({r.name, std::to_string(r.fingers), std::to_string(r.mated), std::to_string(r.non_mated),
                    r.eer.text(), r.zero_fmr.text(),
                    std::to_string(r.fte.errors) + "/" + std::to_string(r.fte.trials)});
    for (const OperatingPoint& p : r.points) {
      points.push_back({r.name, percent(p.target_fmr), p.supported ? digits(p.threshold) : "",
                        p.supported ? db_at(content, p.threshold) : "", p.text()});
    }
  }
  return table("Error rates of comparisons", rows) +
         figure(content.plots.det,
                "Each step is a threshold. Further right more strangers are let through (a false match can detain or "
                "admit "
                "the wrong person); further up more people are not recognised (a false non-match lets a search miss "
                "somebody). Bands are 95 % intervals. In the shaded part the sample is too small to count.") +
         table("Thresholds, as raw scores and decibels, and what they cost", points) +
         figure(content.plots.histogram,
                "Scores of mated and non-mated pairs. Where they overlap every threshold errs. Look at the highest "
                "non-mated and the lowest mated scores first: wrong labels and poor captures stand there.");
}

std::string calibration(const PageContent& content) {
  if (content.claims.empty()) return {};
  Rows rows = {{"set", "dB", "claimed FMR", "counted FMR", "the claim"}};
  for (const ClaimCheck& check : content.claims) {
    for (const ClaimedLevel& level : check.levels) {
      if (!level.supported() && level.observed.errors == 0) continue;
      rows.push_back({check.name, fixed_text(level.db, 0), percent(level.claimed_fmr), level.observed.text(),
                      std::string(name_of(level.verdict()))});
    }
  }
  return figure(content.plots.calibration,
                "Below the line, strangers are more alike than the decibels claim (overstated): thresholds set by them "
                "then let more through than was asked for.") +
         table("Claimed and counted false match rates", rows);
}

std::string quality(const PageContent& content) {
  Rows rows = {{"set", "at FMR", "0 % left out", "5 %", "10 %", "20 %"}};
  for (const DiscardCurve& curve : content.discard) {
    if (!curve.supported) continue;
    html::Row row = {curve.name, percent(curve.target_fmr)};
    for (const std::size_t p : {0u, 1u, 2u, 4u}) row.push_back(curve.points[p].fnmr.text());
    rows.push_back(std::move(row));
  }
  if (rows.size() == 1) return {};
  return figure(content.plots.discard,
                "FNMR as the samples of the worst quality are left out. Where it does not fall, the quality value says "
                "nothing about error, and asking for better captures by it helps nobody.") +
         table("FNMR when the worst samples are left out", rows);
}

namespace {

std::string groups(const PageContent& content) {
  std::string out;
  for (const GroupStudy& study : content.groups) {
    Rows rows = {{study.column, "FNMR", "FMR"}};
    for (const GroupRates& g : study.groups) {
      rows.push_back({g.group.empty() ? "(none)" : g.group, g.fnmr.trials == 0 ? "too few" : g.fnmr.text(),
                      g.fmr.trials == 0 ? "too few" : g.fmr.text()});
    }
    out += table("By " + study.column + ", at the threshold of FMR " + percent(study.at.target_fmr), rows);
  }
  return out;
}

}  // namespace

std::string parts(const PageContent& content) {
  if (content.splits.splits.empty()) return groups(content);
  std::string out = "<p class=\"note\">" + xml_text(caution_text(content.splits.tests)) + "</p>\n";
  for (const Split& split : content.splits.splits) {
    Rows rows = {{split.by, "FNMR", "FMR", "FNMR differs", "FMR differs"}};
    for (const SplitPart& p : split.parts) {
      rows.push_back({p.name.empty() ? "(none)" : p.name, p.fnmr.trials == 0 ? "too few" : p.fnmr.text(),
                      p.fmr.trials == 0 ? "too few" : p.fmr.text(), yes_no(p.differs_fnmr), yes_no(p.differs_fmr)});
    }
    const std::string db = db_at(content, split.at.threshold);
    out += table(split.set + " by " + split.by + ", at the threshold of FMR " + percent(split.at.target_fmr) + " (" +
                     digits(split.at.threshold) + (db.empty() ? "" : ", " + db + " dB") + ")",
                 rows);
  }
  return out;
}

std::string worst(const PageContent& content, std::size_t picture_bytes) {
  constexpr std::size_t kMarkup = 400;  // of a figure, without its picture and names
  Rows rows = {{"set", "kind", "rank", "a", "b", "score", "dB"}};
  std::string pictures;
  std::size_t left_out = 0;
  for (const WorstPair& w : content.worst) {
    const std::string kind = w.mated ? "mated, lowest" : "non-mated, highest";
    rows.push_back({w.set, kind, std::to_string(w.rank), w.a, w.b, digits(w.score), db_text(w.db)});
    if (w.picture.empty()) continue;
    const std::size_t size = base64_size(w.picture.size()) + kMarkup + w.a.size() + w.b.size();
    if (pictures.size() + size > picture_bytes) {
      ++left_out;
      continue;
    }
    const std::string text = kind + " " + std::to_string(w.rank) + ": " + w.a + " and " + w.b + ", score " +
                             digits(w.score) + (w.db ? ", " + db_text(w.db) + " dB" : "");
    pictures += "<figure><img alt=\"" + xml_text("Both prints with their paired minutiae; " + text) +
                "\" src=\"data:image/jpeg;base64," + encode_base64(w.picture) + "\"><figcaption>" + xml_text(text) +
                "</figcaption></figure>\n";
  }
  if (left_out > 0 && picture_bytes > 0) {
    pictures += element("p", std::to_string(left_out) + " pictures are left out to keep the page below 1 MB.");
  }
  return table("Highest non-mated and lowest mated scores: wrong labels, poor captures and look-alikes show here first",
               rows) +
         pictures;
}

std::string provenance(const PageContent& content) {
  const Provenance& p = content.provenance;
  Rows rows = {
      {"what", "which"}, {"version", "whorl " + p.version}, {"date", p.date}, {"seed", std::to_string(p.seed)}};
  rows.push_back({"models", "extractor " + std::to_string(p.extractor_version) + ", comparator " +
                                std::to_string(p.comparator_version) +
                                (p.network.empty() ? "" : ", network " + p.network)});
  const auto origin = [](const Origin& o) {
    return o.name + ": " + (o.sha256.empty() ? "made in memory" : "SHA-256 " + o.sha256) +
           (o.files > 1 ? " of " + std::to_string(o.files) + " files" : "");
  };
  for (const Origin& o : p.data) rows.push_back({"data", origin(o)});
  rows.push_back({"calibration", origin(p.calibration)});
  return "<pre tabindex=\"0\">" + xml_text(p.command) + "</pre>\n" + table("Provenance", rows) +
         element("p",
                 "The digest of several files is that of the lines that sha256sum prints for them, in the order in "
                 "which they were read.");
}

std::string words(const PageContent& content) {
  return table(
      "Terms (ISO/IEC 2382-37 and 19795-1)",
      {{"word", "meaning"},
       {"mated, non-mated", content.faces ? "a pair of images of the same person; of different ones"
                                          : "a pair of samples of the same finger; of different ones"},
       {"FMR, FNMR", "share of non-mated pairs at or above the threshold; of mated pairs below it"},
       {"FPIR, FNIR",
        "share of searches for people who are not enrolled that name somebody; for people who are enrolled that miss "
        "them"},
       {"DIR, CMC", "share of enrolled people who are found first and above the threshold; who are among the first r"},
       {"dB", "decibels of false match rate: 30 dB is 1 in 1,000, 40 dB is 1 in 10,000"},
       {"EER", "where FMR equals FNMR"}});
}

}  // namespace whorl::evaluation::page
