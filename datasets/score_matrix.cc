// The matrices of OpenBR. Their form is that of NIST's Biometric Evaluation Environment: two bytes that say whether
// they are similarities or distances and their version, the names of both galleries, the type of a cell with rows and
// columns, four bytes that show the order of bytes, and the cells row by row.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "base/catalogue.h"
#include "base/files.h"
#include "datasets/lines.h"
#include "datasets/reader.h"
#include "datasets/score_lines.h"
#include "datasets/score_table.h"

namespace whorl::datasets {
namespace {

using evaluation::Pair;
using evaluation::Sample;

constexpr std::uint8_t kMated = 0xff;
constexpr std::uint8_t kNonMated = 0x7f;
constexpr std::uint8_t kLeftOut = 0x00;

struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<float> cells;
  std::vector<std::string> row_names;
  std::vector<std::string> column_names;
};

Error malformed(const std::filesystem::path& file, const std::string& detail) {
  return failure(ErrorCode::kMatrixMalformed, file.string(), with<"detail">(detail));
}

std::string_view take_header_line(std::string_view& bytes) {
  constexpr std::size_t kMost = 4096;
  const std::size_t end = bytes.substr(0, kMost).find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return line;
}

std::optional<std::size_t> count_of(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

struct Header {
  bool distances = false;
  std::size_t rows = 0;
  std::size_t columns = 0;
  bool swapped = false;  // the other order of bytes
};

// Takes the header off `bytes`. `cell`: 'F' for float32, 'B' for bytes.
Result<Header> take_header(const std::filesystem::path& file, char cell, std::string_view& bytes) {
  Header out;
  const std::string_view kind = take_header_line(bytes);
  if (kind.size() < 2 || (kind[0] != 'S' && kind[0] != 'D') || kind[1] != '2') {
    return malformed(file, "it does not begin with S2 or D2");
  }
  out.distances = kind[0] == 'D';
  take_header_line(bytes);
  take_header_line(bytes);
  const std::size_t order = bytes.substr(0, 64).find(' ', bytes.substr(0, 64).find(' ', 3) + 1);
  const std::vector<std::string_view> words = words_of(bytes.substr(0, std::min(order, bytes.size())));
  if (words.size() != 3 || words[0] != std::string("M") + cell) {
    return malformed(file, std::string("its cells are not of type M") + cell);
  }
  const auto rows = count_of(words[1]);
  const auto columns = count_of(words[2]);
  if (!rows || !columns) return malformed(file, "rows and columns are no numbers above 0");
  out.rows = *rows;
  out.columns = *columns;
  if (out.rows > kMaxScores || out.columns > kMaxScores / out.rows) {
    return failure(ErrorCode::kTooManyScores, file.string(), with<"most">(kMaxScores));
  }
  if (bytes.size() < order + 6 || bytes[order + 5] != '\n') return malformed(file, "the header is cut off");
  const std::string_view bom = bytes.substr(order + 1, 4);
  out.swapped = bom == std::string_view("\x12\x34\x56\x78", 4);
  if (!out.swapped && bom != std::string_view("\x78\x56\x34\x12", 4)) {
    return malformed(file, "the order of its bytes is not said");
  }
  bytes.remove_prefix(order + 6);
  return out;
}

Result<Matrix> read_mtx(const std::filesystem::path& file, std::string_view bytes) {
  WHORL_ASSIGN(const Header header, take_header(file, 'F', bytes));
  Matrix out{header.rows, header.columns, std::vector<float>(header.rows * header.columns), {}, {}};
  if (bytes.size() != out.cells.size() * sizeof(float)) return malformed(file, "the cells are too few or too many");
  for (std::size_t i = 0; i < out.cells.size(); ++i) {
    std::array<char, sizeof(float)> raw{};
    std::copy_n(bytes.data() + i * raw.size(), raw.size(), raw.begin());
    if (header.swapped) std::reverse(raw.begin(), raw.end());
    out.cells[i] = std::bit_cast<float>(raw);
    if (header.distances) out.cells[i] = -out.cells[i];
  }
  for (std::size_t r = 0; r < out.rows; ++r) out.row_names.push_back("query " + std::to_string(r + 1));
  for (std::size_t c = 0; c < out.columns; ++c) out.column_names.push_back("target " + std::to_string(c + 1));
  return out;
}

Status read_csv_row(const std::vector<std::string>& fields, Matrix& out) {
  if (fields.size() != out.columns + 1) {
    return failure(ErrorCode::kScoreFields, with<"format">("openbr"), with<"fields">("as many as the first line has"));
  }
  if (!std::all_of(fields.begin(), fields.end(), printable)) return failure(ErrorCode::kFieldUnreadable);
  out.row_names.push_back(fields[0]);
  for (std::size_t c = 1; c < fields.size(); ++c) {
    const std::optional<double> score = finite_number(fields[c]);
    if (!score) return failure(ErrorCode::kScoreNotFinite, with<"value">(fields[c]));
    if (out.cells.size() == kMaxScores) return failure(ErrorCode::kTooManyScores, with<"most">(kMaxScores));
    out.cells.push_back(static_cast<float>(*score));
  }
  ++out.rows;
  return {};
}

Result<Matrix> read_csv(const std::filesystem::path& file, std::string_view bytes) {
  WHORL_ASSIGN(std::string_view text, csv_text(bytes, file));
  const auto heading = split_csv_line(take_line(text));
  if (!heading.ok() || heading->size() < 2 || heading->front() != "File" ||
      !std::all_of(heading->begin(), heading->end(), printable)) {
    return at_line(file, 1, failure(ErrorCode::kNotTheHeading, with<"heading">("File,TARGET,TARGET...")));
  }
  Matrix out;
  out.columns = heading->size() - 1;
  out.column_names.assign(heading->begin() + 1, heading->end());
  for (std::size_t number = 2; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (line.empty()) continue;
    const auto fields = split_csv_line(line);
    if (!fields.ok()) return at_line(file, number, fields.error());
    if (const Status read = read_csv_row(*fields, out); !read.ok()) return at_line(file, number, read.error());
  }
  return out;
}

// Who is whose says the mask: samples that mated cells join are of one finger.
Status add_matrix(const std::filesystem::path& file, const Matrix& matrix, std::string_view mask, Trials& out) {
  Joined fingers(matrix.columns + matrix.rows);
  for (std::size_t i = 0; i < matrix.cells.size(); ++i) {
    if (static_cast<std::uint8_t>(mask[i]) != kMated) continue;
    fingers.join(static_cast<std::uint32_t>(i % matrix.columns),
                 static_cast<std::uint32_t>(matrix.columns + i / matrix.columns));
  }
  std::vector<Sample> samples;
  const auto add = [&](const std::string& name) {
    samples.push_back({name, std::to_string(fingers.root(static_cast<std::uint32_t>(samples.size())))});
  };
  for (const std::string& name : matrix.column_names) add(name);
  for (const std::string& name : matrix.row_names) add(name);
  std::vector<Pair> pairs;
  std::vector<double> values;
  for (std::size_t i = 0; i < matrix.cells.size(); ++i) {
    const auto kind = static_cast<std::uint8_t>(mask[i]);
    if (kind == kLeftOut) continue;
    if (kind != kMated && kind != kNonMated) return malformed(file, "its mask has other cells than ff, 7f and 00");
    if (!std::isfinite(matrix.cells[i])) {
      return malformed(file, "cell " + std::to_string(i + 1) + " is not finite and not left out by the mask");
    }
    pairs.push_back({static_cast<std::uint32_t>(i % matrix.columns),
                     static_cast<std::uint32_t>(matrix.columns + i / matrix.columns), kind == kMated});
    values.push_back(static_cast<double>(matrix.cells[i]));
  }
  return add_listed(file, file.stem().string(), std::move(samples), std::move(pairs), values, out);
}

}  // namespace

Status read_openbr(const std::filesystem::path& matrix, const std::filesystem::path& mask, Trials& out) {
  if (mask.empty()) return failure(ErrorCode::kMaskMissing, with<"file">("the mask"));
  WHORL_ASSIGN(const Bytes scores, read_file(matrix, kMaxScoreBytes));
  WHORL_ASSIGN(const Matrix read,
               matrix.extension() == ".mtx" ? read_mtx(matrix, as_text(scores)) : read_csv(matrix, as_text(scores)));
  WHORL_ASSIGN(const Bytes kinds, read_file(mask, kMaxScoreBytes));
  std::string_view cells = as_text(kinds);
  WHORL_ASSIGN(const Header header, take_header(mask, 'B', cells));
  if (header.rows != read.rows || header.columns != read.columns || cells.size() != read.cells.size()) {
    return malformed(mask, "it has another size than the scores");
  }
  return add_matrix(matrix, read, cells, out);
}

}  // namespace whorl::datasets
