#include "base/bytes.h"

namespace whorl {
namespace {

void put(Bytes& out, std::uint64_t v, int n) {
  for (int i = n - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
}

}  // namespace

ByteView as_bytes(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

std::string_view as_text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

ByteWriter& ByteWriter::u8(std::uint8_t v) {
  put(out_, v, 1);
  return *this;
}
ByteWriter& ByteWriter::u16(std::uint16_t v) {
  put(out_, v, 2);
  return *this;
}
ByteWriter& ByteWriter::u32(std::uint32_t v) {
  put(out_, v, 4);
  return *this;
}
ByteWriter& ByteWriter::u64(std::uint64_t v) {
  put(out_, v, 8);
  return *this;
}
ByteWriter& ByteWriter::bytes(ByteView v) {
  out_.insert(out_.end(), v.begin(), v.end());
  return *this;
}
ByteWriter& ByteWriter::sized(ByteView v) { return u32(static_cast<std::uint32_t>(v.size())).bytes(v); }

std::uint64_t ByteReader::read(std::size_t n) {
  std::uint64_t v = 0;
  for (const std::uint8_t b : bytes(n)) v = (v << 8) | b;
  return v;
}

std::uint8_t ByteReader::u8() { return static_cast<std::uint8_t>(read(1)); }
std::uint16_t ByteReader::u16() { return static_cast<std::uint16_t>(read(2)); }
std::uint32_t ByteReader::u32() { return static_cast<std::uint32_t>(read(4)); }
std::uint64_t ByteReader::u64() { return read(8); }

ByteView ByteReader::bytes(std::size_t n) {
  if (failed_ || n > left()) {
    failed_ = true;
    return {};
  }
  const ByteView out = in_.subspan(at_, n);
  at_ += n;
  return out;
}

ByteView ByteReader::sized(std::size_t max) {
  const std::size_t n = u32();
  if (n > max) failed_ = true;
  return failed_ ? ByteView{} : bytes(n);
}

}  // namespace whorl
