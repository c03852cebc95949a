#include "engine/evaluation/assertion.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/catalogue.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {

Judgement judgement_of(const Assertion& a, double low, double high) {
  if (a.at_most) return high <= a.limit ? Judgement::kTrue : low > a.limit ? Judgement::kFalse : Judgement::kNotShown;
  return low >= a.limit ? Judgement::kTrue : high < a.limit ? Judgement::kFalse : Judgement::kNotShown;
}

Judged judged(const Assertion& a, std::string set, double value, double low, double high) {
  return {a, std::move(set), judgement_of(a, low, high), true, value, low, high, {}};
}

Judged unsupported(const Assertion& a, std::string set, std::string note) {
  return {a, std::move(set), Judgement::kNotShown, false, 0, 0, 1, std::move(note)};
}

Judged of_rate(const Assertion& a, const std::string& set, const Rate& rate) {
  return judged(a, set, rate.value(), rate.low, rate.high);
}

void judge_pairs(const Assertion& a, const Evidence& evidence, std::vector<Judged>& out) {
  for (std::size_t i = 0; i < evidence.rates.size(); ++i) {
    const Rates& rates = evidence.rates[i];
    if (a.measure == "fte") out.push_back(of_rate(a, rates.name, rates.fte));
    // Nothing overlaps: the rule of three is the upper end.
    const double three = 3.0 / static_cast<double>(std::max<std::uint64_t>(3, rates.mated));
    if (a.measure == "eer") {
      out.push_back(judged(a, rates.name, rates.eer.value, rates.eer.low, std::max(rates.eer.high, three)));
    }
    if (a.measure != "fnmr@fmr") continue;
    const OperatingPoint point = operating_point(evidence.trials[i], a.at);
    out.push_back(point.supported
                      ? of_rate(a, rates.name, fnmr_at(evidence.trials[i], point.threshold, evidence.bootstrap))
                      : unsupported(a, rates.name, point.text()));
  }
}

void judge_searches(const Assertion& a, const Evidence& evidence, std::vector<Judged>& out) {
  for (const SearchStudy& study : evidence.searches) {
    const Identification& rates = study.rates;
    if (rates.fingers != a.fingers) continue;
    if (a.measure == "cmc@rank") {
      const std::size_t rank = static_cast<std::size_t>(a.at);
      if (rank <= rates.ranks.size()) out.push_back(of_rate(a, rates.name, rates.ranks[rank - 1].hit));
      continue;
    }
    for (const SearchPoint& point : rates.points) {
      if (point.target_fpir != a.at) continue;
      if (!point.supported) {
        out.push_back(unsupported(a, rates.name, point.text()));
      } else if (a.measure == "fnir@fpir") {
        out.push_back(of_rate(a, rates.name, point.fnir));
      } else {
        const Rate& missed = point.missed_first;
        out.push_back(judged(a, rates.name, 1 - missed.value(), 1 - missed.high, 1 - missed.low));
      }
      break;
    }
  }
}

}  // namespace

std::string_view name_of(Judgement judgement) {
  switch (judgement) {
    case Judgement::kTrue: return "true";
    case Judgement::kFalse: return "false";
    case Judgement::kNotShown: return "not shown";
  }
  return "";
}

std::string Judged::text() const {
  const std::string head = std::string(name_of(judgement)) + ": " + assertion.text + " in " + set + ": ";
  if (!supported) return head + note;
  return head + percent(value) + ", 95 % interval " + percent(low) + " to " + percent(high);
}

Result<std::vector<Judged>> judge(const Assertion& assertion, const Evidence& evidence) {
  std::vector<Judged> out;
  if (assertion.measure == "eer" || assertion.measure == "fte" || assertion.measure == "fnmr@fmr") {
    judge_pairs(assertion, evidence, out);
  } else {
    judge_searches(assertion, evidence, out);
  }
  if (!out.empty()) return out;
  return failure(ErrorCode::kAssertionUnmeasured, with<"measure">(assertion.text),
                 with<"cause">("no set has such searches"));
}

boost::json::array judged_json(const std::vector<Judged>& all) {
  boost::json::array out;
  for (const Judged& j : all) {
    boost::json::object one{{"assertion", j.assertion.text}, {"set", j.set}, {"judgement", name_of(j.judgement)}};
    if (j.supported) {
      one["value"] = rounded(j.value);
      one["low"] = rounded(j.low);
      one["high"] = rounded(j.high);
    } else {
      one["reason"] = j.note;
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace whorl::evaluation
