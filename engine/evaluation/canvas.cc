#include "engine/evaluation/canvas.h"

#include <array>
#include <cstdio>

namespace whorl::evaluation {
namespace {

std::string fixed(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", v);
  return text;
}

std::string attributes(const Stroke& stroke) {
  std::string out = " fill=\"none\" stroke=\"" + stroke.colour + "\" stroke-width=\"" + fixed(stroke.width) + "\"";
  if (!stroke.dashes.empty()) out += " stroke-dasharray=\"" + stroke.dashes + "\"";
  return out;
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
    }
  }
  return out;
}

Canvas::Canvas(int width, int height, std::string_view title, std::string_view description) {
  const std::string w = std::to_string(width);
  const std::string h = std::to_string(height);
  out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w +
         "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " + h + "\" font-family=\"sans-serif\" role=\"img\">\n" +
         "<title>" + xml_text(title) + "</title>\n";
  if (!description.empty()) out_ += "<desc>" + xml_text(description) + "</desc>\n";
  rectangle(0, 0, width, height, "#fff");
}

void Canvas::line(double x1, double y1, double x2, double y2, const Stroke& stroke) {
  out_ += "<line x1=\"" + fixed(x1) + "\" y1=\"" + fixed(y1) + "\" x2=\"" + fixed(x2) + "\" y2=\"" + fixed(y2) + "\"" +
          attributes(stroke) + "/>\n";
}

void Canvas::polyline(const std::vector<std::pair<double, double>>& points, const Stroke& stroke) {
  out_ += "<polyline points=\"";
  for (const auto& [x, y] : points) out_ += fixed(x) + "," + fixed(y) + " ";
  out_ += "\"" + attributes(stroke) + " stroke-linejoin=\"round\"/>\n";
}

void Canvas::rectangle(double x, double y, double w, double h, std::string_view fill, double opacity) {
  out_ += "<rect x=\"" + fixed(x) + "\" y=\"" + fixed(y) + "\" width=\"" + fixed(w) + "\" height=\"" + fixed(h) +
          "\" fill=\"" + std::string(fill) + "\" fill-opacity=\"" + fixed(opacity) + "\"/>\n";
}

void Canvas::polygon(const std::vector<std::pair<double, double>>& points, std::string_view fill, double opacity) {
  out_ += "<polygon points=\"";
  for (const auto& [x, y] : points) out_ += fixed(x) + "," + fixed(y) + " ";
  out_ += "\" fill=\"" + std::string(fill) + "\" fill-opacity=\"" + fixed(opacity) + "\"/>\n";
}

void Canvas::text(double x, double y, std::string_view text, std::string_view anchor, int size, bool turned) {
  const std::string at = fixed(x) + " " + fixed(y);
  out_ += "<text x=\"" + fixed(x) + "\" y=\"" + fixed(y) + "\" text-anchor=\"" + std::string(anchor) +
          "\" font-size=\"" + std::to_string(size) + "\" fill=\"#222\"";
  if (turned) out_ += " transform=\"rotate(-90 " + at + ")\"";
  out_ += ">" + xml_text(text) + "</text>\n";
}

std::string Canvas::take() { return std::move(out_) + "</svg>\n"; }

Stroke curve_stroke(std::size_t index) {
  static constexpr std::array<const char*, 7> kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                          "#e69f00", "#56b4e9", "#000000"};
  static constexpr std::array<const char*, 3> kDashes = {"", "7 3", "2 3"};
  return {kColours[index % kColours.size()], 2.0, kDashes[(index / kColours.size()) % kDashes.size()]};
}

}  // namespace whorl::evaluation
