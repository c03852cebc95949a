#include "engine/evaluation/page/page.h"

#include "base/catalogue.h"
#include "engine/evaluation/page/html.h"
#include "engine/evaluation/page/sections.h"

namespace whorl::evaluation {

Result<std::string> report_page(const PageContent& content) {
  std::string name;
  for (const Rates& rates : content.rates) name += (name.empty() ? "" : ", ") + rates.name;
  const std::string title = "Error rates of " + name;
  const auto page_with = [&](std::size_t picture_bytes) {
    std::string body = html::element("h1", title) + page::summary(content);
    body += html::section("judgements", "What was asked of this run", page::judgements(content));
    const char* const one_to_one =
        content.faces ? "One to one: is it the same face?" : "One to one: is it the same finger?";
    body += html::section("verification", one_to_one, page::verification(content));
    body += html::section("searches", "One to many: who is it?", page::searches(content));
    body += html::section("calibration", "Do the decibels hold?", page::calibration(content));
    body += html::section("quality", "Does quality predict error?", page::quality(content));
    body += html::section("parts", "Parts of the data", page::parts(content));
    body += html::section("worst", "The worst pairs", page::worst(content, picture_bytes));
    body += html::section("provenance", "Where these figures come from", page::provenance(content));
    body += html::section("words", "The words", page::words(content));
    return html::document(title, body);
  };
  const std::string plain = page_with(0);
  if (plain.size() > kMaxPageBytes) {
    return failure(ErrorCode::kReportUnusable,
                   with<"detail">("the report would be larger than 1 MB; choose fewer sets with --set"));
  }
  return page_with(kMaxPageBytes - plain.size());
}

std::string report_policy() { return html::policy(); }

}  // namespace whorl::evaluation
