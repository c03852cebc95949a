// The little of SVG that the plots need. Private to engine/evaluation.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whorl::evaluation {

// Text with & < > " escaped and control characters left out.
std::string xml_text(std::string_view text);

struct Stroke {
  std::string colour = "#333";
  double width = 1;
  std::string dashes;  // SVG stroke-dasharray, empty for a solid line
};

class Canvas {
 public:
  // `description`: what is to be seen, for those who do not see it; left out when empty.
  Canvas(int width, int height, std::string_view title, std::string_view description = {});

  void line(double x1, double y1, double x2, double y2, const Stroke& stroke);
  void polyline(const std::vector<std::pair<double, double>>& points, const Stroke& stroke);
  void rectangle(double x, double y, double w, double h, std::string_view fill, double opacity = 1);
  void polygon(const std::vector<std::pair<double, double>>& points, std::string_view fill, double opacity);
  // `anchor`: start, middle or end. `turned`: read from bottom to top.
  void text(double x, double y, std::string_view text, std::string_view anchor, int size = 13, bool turned = false);

  // The whole document; the canvas is used up.
  std::string take();

 private:
  std::string out_;
};

// Colours that stay apart for colour-blind readers (Okabe and Ito), and a dash pattern for each turn of the
// wheel.
Stroke curve_stroke(std::size_t index);

}  // namespace whorl::evaluation
