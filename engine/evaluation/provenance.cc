#include "engine/evaluation/provenance.h"

#include <boost/json.hpp>

#include "base/json_text.h"
#include "engine/evaluation/canvas.h"

namespace whorl::evaluation {
namespace {
namespace json = boost::json;

json::object origin_json(const Origin& origin) {
  json::object out{{"name", origin.name}, {"sha256", nullptr}};
  if (!origin.sha256.empty()) out["sha256"] = origin.sha256;
  if (origin.files > 1) out["files"] = origin.files;
  return out;
}

}  // namespace

json::object provenance_json(const Provenance& p) {
  json::array data;
  for (const Origin& origin : p.data) data.push_back(origin_json(origin));
  json::object models{{"extractor_version", p.extractor_version}, {"comparator_version", p.comparator_version}};
  if (!p.network.empty()) models["network"] = p.network;
  return {{"whorl", p.version},
          {"command", p.command},
          {"date", p.date},
          {"seed", p.seed},
          {"data", std::move(data)},
          {"calibration", origin_json(p.calibration)},
          {"models", std::move(models)}};
}

std::string with_provenance(const std::string& svg, const Provenance& provenance) {
  const std::size_t at = svg.find("</title>\n");
  if (at == std::string::npos) return svg;
  const std::string text = "<metadata>" + xml_text(json_text(provenance_json(provenance))) + "</metadata>\n";
  return svg.substr(0, at + 9) + text + svg.substr(at + 9);
}

}  // namespace whorl::evaluation
