#include "bench/training/weights.h"

#include <cstdio>
#include <span>

namespace whorl::training {
namespace {

std::string number(float v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9gF", static_cast<double>(v));
  std::string out = text;
  // "3F" is no floating literal.
  if (out.find_first_of(".en") == std::string::npos) out.insert(out.size() - 1, ".0");
  return out;
}

std::string list(std::span<const float> values) {
  std::string out = "{";
  for (std::size_t i = 0; i < values.size(); ++i) {
    out += number(values[i]);
    if (i + 1 < values.size()) out += i % 8 == 7 ? ",\n     " : ", ";
  }
  return out + "}";
}

template <class Model>
std::string model_text(const Model& m) {
  std::string out = "    {" + list(m.mean) + ",\n    " + list(m.inverse_deviation) + ",\n    {{\n";
  for (const auto& row : m.weight) out += "    " + list(row) + ",\n";
  return out + "    }},\n    " + list(m.bias) + ",\n    " + list(m.output) + ",\n    " + list(m.straight) + ",\n    " +
         number(m.output_bias) + "}";
}

}  // namespace

std::string source_text(const fingerprint::ScoreModels& models) {
  return "// Written by scripts/train; do not edit.\n" + model_text(models.minutiae) + ",\n" + model_text(models.full) +
         ",\n" + model_text(models.minutiae_tail) + ",\n" + model_text(models.full_tail) + ",\n    {" +
         list(models.scarcity.weight) + "},\n";
}

std::string source_text(const fingerprint::AloneModels& models) {
  std::string knots;
  for (const auto& knot : models.scale.knots) {
    knots += "    {" + number(knot.alone) + ", " + number(knot.common) + "},\n";
  }
  return "// Written by scripts/train --minutiae-alone; do not edit.\n" + model_text(models.model) + ",\n" +
         model_text(models.tail) + ",\n    {{{\n" + knots + "    }}},\n";
}

}  // namespace whorl::training
