#include <algorithm>
#include <string>

#include "templates/interchange/cursor.h"
#include "templates/interchange/itl.h"

namespace whorl::interchange {
namespace {

constexpr std::size_t kMostRecords = 1000;
constexpr std::size_t kMostFields = 100'000;
constexpr int kImageField = 999;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "14.013:" at the beginning of `text`; its length, 0 where there is none.
std::size_t parse_tag(std::string_view text, int& type, int& number) {
  std::size_t at = 0;
  const auto digits = [&](std::size_t most, int& out) {
    const std::size_t first = at;
    out = 0;
    while (at < text.size() && at - first < most && is_digit(text[at])) out = out * 10 + (text[at++] - '0');
    return at - first;
  };
  constexpr std::size_t kMostTypeDigits = 2;
  constexpr std::size_t kMostNumberDigits = 4;
  if (digits(kMostTypeDigits, type) == 0 || at >= text.size() || text[at] != '.') return 0;
  ++at;
  if (digits(kMostNumberDigits, number) < 2 || at >= text.size() || text[at] != ':') return 0;
  return at + 1;
}

bool is_binary(int type) { return type >= 3 && type <= 8; }
bool has_image(int type) { return type >= 10 && type != 18 && type != 98; }

// What CNT says of a record.
struct Listed {
  int type = 0;
  int idc = 0;
};

// The length that the record's first field states; 0 where it states none.
std::size_t stated_length(std::string_view text) {
  int type = 0;
  int number = 0;
  const std::size_t tag = parse_tag(text, type, number);
  if (tag == 0 || number != 1) return 0;
  const std::size_t end = text.find_first_of(std::string_view("\x1d\x1c", 2), tag);
  if (end == std::string_view::npos) return 0;
  return static_cast<std::size_t>(whole_number(text.substr(tag, end - tag)).value_or(0));
}

class Splitter {
 public:
  Splitter(ByteView file, Findings& findings) : file_(file), text_(as_text(file)), findings_(findings) {}

  ItlTransaction run() {
    ItlTransaction out;
    if (!begins_itl(file_)) {
      findings_.error("AN-01", 0, "the file does not begin with a Type-1 record");
      return out;
    }
    out.records.push_back(tagged(1));
    const std::vector<Listed> listed = read_contents(out.records[0]);
    for (std::size_t i = 0; i < listed.size(); ++i) {
      const Listed& each = listed[i];
      if (!go_on_) break;
      if (at_ >= file_.size()) {
        findings_.error("AN-06", at_,
                        "field 1.003 lists a Type-" + std::to_string(each.type) + " record that is not there");
        break;
      }
      if (out.records.size() >= kMostRecords) {
        findings_.error("GEN-03", at_, "more than 1000 records");
        return out;
      }
      next_ = i + 1 < listed.size() ? &listed[i + 1] : nullptr;
      const int type = type_here(each.type);
      ItlRecord record = is_binary(type) ? binary(type) : tagged(type);
      if (type == each.type) check_idc(record, each);
      out.records.push_back(std::move(record));
    }
    if (go_on_ && at_ < file_.size()) {
      findings_.error("GEN-02", at_,
                      std::to_string(file_.size() - at_) + " bytes follow the records that field 1.003 lists");
    }
    return out;
  }

 private:
  // The type of the record at at_: `listed`, unless its first tag is that of another.
  int type_here(int listed) {
    int type = 0;
    int number = 0;
    const bool tag = parse_tag(text_.substr(at_), type, number) > 0 && number == 1;
    if (!tag || type == listed || type < 2 || is_binary(type)) return listed;
    findings_.error("AN-07", at_,
                    "field 1.003 lists a Type-" + std::to_string(listed) + " record, a Type-" + std::to_string(type) +
                        " stands here");
    return type;
  }

  void check_idc(const ItlRecord& record, const Listed& listed) {
    const bool unsaid = !record.binary && record.value(2).empty();  // a fault with a rule of its own
    if (record.idc == listed.idc || record.length == 0 || unsaid) return;
    findings_.error("AN-09", record.offset,
                    "the Type-" + std::to_string(record.type) + " record has IDC " + std::to_string(record.idc) +
                        ", field 1.003 lists " + std::to_string(listed.idc));
  }

  std::vector<Listed> read_contents(const ItlRecord& first) {
    std::vector<Listed> out;
    const ItlField* field = first.field(3);
    if (field == nullptr) {
      go_on_ = false;
      return out;
    }
    const auto rows = split(field->value, kItlRecord);
    const auto head = split(rows[0], kItlUnit);
    const int count = head.size() == 2 ? whole_number(head[1]).value_or(-1) : -1;
    if (whole_number(head[0]) != 1 || count < 0) {
      findings_.error("AN-06", field->offset, "field 1.003 does not begin with 1 and the number of records");
    } else if (static_cast<std::size_t>(count) != rows.size() - 1) {
      findings_.error(
          "AN-06", field->offset,
          "field 1.003 says " + std::to_string(count) + " records, it lists " + std::to_string(rows.size() - 1));
    }
    for (std::size_t i = 1; i < rows.size(); ++i) {
      const auto items = split(rows[i], kItlUnit);
      const auto type = whole_number(items[0]);
      const auto idc = items.size() > 1 ? whole_number(items[1]) : std::nullopt;
      if (!type || *type < 2 || *type > 99) {
        findings_.error("AN-07", field->offset, "field 1.003 lists a record without a legal type");
        return out;
      }
      if (!idc) findings_.error("AN-09", field->offset, "field 1.003 lists a record without an IDC");
      out.push_back({*type, idc.value_or(-1)});
    }
    return out;
  }

  // Where the tagged record at at_ ends, as it says or else as its separator says.
  std::size_t end_of_record(int type, std::size_t length, bool& broken) {
    const std::string name = "the Type-" + std::to_string(type) + " record";
    const std::size_t left = file_.size() - at_;
    if (length > 0 && length <= left && text_[at_ + length - 1] == kItlFile) return at_ + length;
    broken = true;
    if (length == 0) {
      findings_.error("AN-15", at_, name + " does not begin with its length");
    } else if (length > left) {
      findings_.error("GEN-01", at_,
                      name + " announces " + std::to_string(length) + " bytes, " + std::to_string(left) + " are left");
    } else {
      findings_.error("AN-02", at_ + length - 1,
                      name + " of " + std::to_string(length) + " bytes does not end with a file separator");
    }
    const std::size_t end = has_image(type) ? end_before_next() : text_.find(kItlFile, at_);
    if (end != std::string_view::npos) return end + 1;
    go_on_ = false;
    return length == 0 || length > left ? file_.size() : at_ + length;
  }

  // The separator of a record whose length is wrong and whose image may hold any byte: the first that stands before
  // what the contents list next, or the file's last byte.
  [[nodiscard]] std::size_t end_before_next() const {
    if (next_ == nullptr) return text_.back() == kItlFile ? text_.size() - 1 : std::string_view::npos;
    std::size_t at = at_;
    while ((at = text_.find(kItlFile, at)) != std::string_view::npos) {
      int type = 0;
      int number = 0;
      constexpr std::size_t kLongestTag = 8;
      if (parse_tag(text_.substr(at + 1, kLongestTag), type, number) > 0 && number == 1 && type == next_->type) break;
      ++at;
    }
    return at;
  }

  ItlRecord tagged(int type) {
    ItlRecord out;
    out.type = type;
    out.offset = at_;
    const std::size_t end = end_of_record(type, stated_length(text_.substr(at_)), out.broken);
    out.length = end - at_;
    read_fields(out, end);
    at_ = end;
    if (type != 1) out.idc = whole_number(out.value(2)).value_or(-1);
    check_fields(out);
    return out;
  }

  void read_fields(ItlRecord& out, std::size_t end) {
    // Without the separator that closes the record.
    const std::size_t last = end > at_ && text_[end - 1] == kItlFile ? end - 1 : end;
    std::size_t at = at_;
    while (at < last) {
      ItlField field;
      field.offset = at;
      const std::size_t tag = parse_tag(text_.substr(at, last - at), field.type, field.number);
      if (tag == 0) {
        if (!out.broken) {
          findings_.error("AN-15", at,
                          "a field of the Type-" + std::to_string(out.type) + " record does not begin with its tag");
        }
        out.broken = true;
        at = next_field(out.type, at, last);
        continue;
      }
      const std::size_t value_at = at + tag;
      const bool image = field.number == kImageField && has_image(out.type);
      const std::size_t stop = image ? last : std::min(text_.find(kItlGroup, value_at), last);
      field.value = text_.substr(value_at, stop - value_at);
      out.fields.push_back(field);
      if (fields_++ > kMostFields) {
        findings_.error("GEN-03", at, "more than 100000 fields");
        go_on_ = false;
        return;
      }
      at = stop + 1;
    }
  }

  // After a field without a tag: where the next one with a tag of the record begins, else `last`.
  [[nodiscard]] std::size_t next_field(int record_type, std::size_t at, std::size_t last) const {
    while ((at = text_.find(kItlGroup, at)) < last) {
      int type = 0;
      int number = 0;
      ++at;
      constexpr std::size_t kLongestTag = 8;
      if (parse_tag(text_.substr(at, std::min(kLongestTag, last - at)), type, number) > 0 && type == record_type) {
        return at;
      }
    }
    return last;
  }

  void check_fields(ItlRecord& record) {
    std::vector<int> numbers;
    int last = 0;
    bool ordered = true;
    const ItlField* late = nullptr;
    for (const ItlField& field : record.fields) {
      if (field.type != record.type) {
        record.broken = true;
        findings_.error("AN-16", field.offset,
                        "tag " + std::to_string(field.type) + "." + std::to_string(field.number) + " in a Type-" +
                            std::to_string(record.type) + " record");
        continue;
      }
      numbers.push_back(field.number);
      if (ordered && field.number < last) {
        ordered = false;
        late = &field;
      }
      last = field.number;
    }
    const bool first_two = !numbers.empty() && numbers[0] == 1 && numbers.size() > 1 && numbers[1] == 2;
    const bool has_two = std::find(numbers.begin(), numbers.end(), 2) != numbers.end();
    if (!numbers.empty() && !first_two && has_two) {
      findings_.error("AN-18", record.offset,
                      "the Type-" + std::to_string(record.type) + " record does not begin with fields 1 and 2");
    } else if (late != nullptr) {
      findings_.warning(
          "AN-18", late->offset,
          "field " + std::to_string(record.type) + "." + std::to_string(late->number) + " stands after a higher one");
    }
    check_twice(record, std::move(numbers));
  }

  void check_twice(const ItlRecord& record, std::vector<int> numbers) {
    std::sort(numbers.begin(), numbers.end());
    for (std::size_t i = 1; i < numbers.size(); ++i) {
      if (numbers[i] != numbers[i - 1] || (i > 1 && numbers[i] == numbers[i - 2])) continue;
      findings_.error(
          "AN-17", record.offset,
          "field " + std::to_string(record.type) + "." + std::to_string(numbers[i]) + " stands more than once");
    }
  }

  ItlRecord binary(int type) {
    constexpr std::size_t kLeast = 5;
    ItlRecord out;
    out.type = type;
    out.binary = true;
    out.offset = at_;
    Cursor in(file_, at_, file_.size());
    const std::size_t length = in.u32();
    const int idc = in.u8();
    if (in.cut() || length < kLeast || length > file_.size() - at_) {
      findings_.error(in.cut() || length < kLeast ? "AN-08" : "GEN-01", at_,
                      "the Type-" + std::to_string(type) + " record announces " + std::to_string(length) + " bytes, " +
                          std::to_string(file_.size() - at_) + " are left");
      go_on_ = false;
      return out;
    }
    out.idc = idc;
    out.length = length;
    read_binary(Cursor(file_, at_ + kLeast, at_ + length), out);
    at_ += length;
    return out;
  }

  void read_binary(Cursor in, ItlRecord& out) {
    constexpr int kUserDefined = 7;
    constexpr int kSignature = 8;
    constexpr int kMostPositions = 6;
    constexpr int kUnusedPosition = 255;
    if (out.type == kUserDefined) {
      out.data = in.bytes(in.left());
      return;
    }
    out.impression = in.u8();  // of Type-8: whose signature
    if (out.type == kSignature) {
      out.compression = in.u8();  // how it is represented
    } else {
      for (int i = 0; i < kMostPositions; ++i) {
        const int position = in.u8();
        if (position != kUnusedPosition || i == 0) out.positions.push_back(position);
      }
    }
    out.isr = in.u8();
    out.width = in.u16();
    out.height = in.u16();
    if (out.type != kSignature) out.compression = in.u8();
    if (in.cut()) {
      findings_.error("AN-08", out.offset,
                      "the Type-" + std::to_string(out.type) + " record is shorter than its header");
    }
    out.data = in.bytes(in.left());
  }

  ByteView file_;
  std::string_view text_;
  Findings& findings_;
  std::size_t at_ = 0;
  const Listed* next_ = nullptr;  // what the contents list after the record that is read
  std::size_t fields_ = 0;
  bool go_on_ = true;
};

}  // namespace

const ItlField* ItlRecord::field(int wanted) const {
  const auto at = std::find_if(fields.begin(), fields.end(),
                               [&](const ItlField& each) { return each.number == wanted && each.type == type; });
  return at == fields.end() ? nullptr : &*at;
}

std::string_view ItlRecord::value(int wanted) const {
  const ItlField* found = field(wanted);
  return found == nullptr ? std::string_view() : found->value;
}

bool begins_itl(ByteView file) {
  constexpr std::size_t kLongest = 8;
  int type = 0;
  int number = 0;
  const std::string_view text = as_text(file.first(std::min(file.size(), kLongest)));
  return parse_tag(text, type, number) > 0 && type == 1 && number == 1;
}

ItlTransaction split_itl(ByteView file, Findings& findings) { return Splitter(file, findings).run(); }

std::vector<std::string_view> split(std::string_view value, char separator) {
  constexpr std::size_t kMostParts = 10'000;
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t end = out.size() < kMostParts ? value.find(separator) : std::string_view::npos;
    out.push_back(value.substr(0, end));
    if (end == std::string_view::npos) return out;
    value.remove_prefix(end + 1);
  }
}

std::optional<int> whole_number(std::string_view text) {
  constexpr std::size_t kMostDigits = 9;
  if (text.empty() || text.size() > kMostDigits || !std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  int out = 0;
  for (const char c : text) out = out * 10 + (c - '0');
  return out;
}

}  // namespace whorl::interchange
