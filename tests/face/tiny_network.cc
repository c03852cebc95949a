#include "tests/face/tiny_network.h"

#include <cstring>
#include <random>
#include <string>
#include <string_view>

namespace whorl::tests {
namespace {

// Protocol buffers' wire format, as much as ONNX needs.
class Message {
 public:
  Message& number(int field, std::uint64_t v) {
    varint(static_cast<std::uint64_t>(field) << 3);
    varint(v);
    return *this;
  }
  Message& text(int field, std::string_view v) { return bytes(field, as_bytes(v)); }
  Message& message(int field, const Message& v) { return bytes(field, v.out_); }
  Message& bytes(int field, ByteView v) {
    varint((static_cast<std::uint64_t>(field) << 3) | 2);
    varint(v.size());
    out_.insert(out_.end(), v.begin(), v.end());
    return *this;
  }
  [[nodiscard]] const Bytes& view() const { return out_; }

 private:
  void varint(std::uint64_t v) {
    for (; v >= 128; v >>= 7) out_.push_back(static_cast<std::uint8_t>(v | 128));
    out_.push_back(static_cast<std::uint8_t>(v));
  }
  Bytes out_;
};

constexpr int kFloat = 1;
constexpr int kInts = 7;

Message ints(std::string_view name, const std::vector<int>& values) {
  Message out;
  out.text(1, name);
  for (const int v : values) out.number(8, static_cast<std::uint64_t>(v));
  return out.number(20, kInts);
}

// ValueInfoProto of a float tensor.
Message value_info(std::string_view name, const std::vector<int>& shape) {
  Message dims;
  for (const int d : shape) dims.message(1, Message().number(1, static_cast<std::uint64_t>(d)));
  const Message tensor = Message().number(1, kFloat).message(2, dims);
  return Message().text(1, name).message(2, Message().message(1, tensor));
}

Message weights_tensor(const TinyNetwork& n) {
  Message out;
  for (const int d : {n.dimension, 3, n.side, n.side}) out.number(1, static_cast<std::uint64_t>(d));
  out.number(2, kFloat).text(8, "w");
  Bytes raw(n.weights.size() * sizeof(float));
  std::memcpy(raw.data(), n.weights.data(), raw.size());  // ONNX is little-endian, and so is every machine we build on
  return out.bytes(9, raw);
}

}  // namespace

TinyNetwork tiny_network(int side, int dimension, unsigned seed) {
  TinyNetwork out{side, dimension, {}};
  std::mt19937 random(seed);
  const auto count = static_cast<std::size_t>(dimension * 3 * side * side);
  for (std::size_t i = 0; i < count; ++i) {
    out.weights.push_back(static_cast<float>(random() % 2001) / 1000.0f - 1.0f);
  }
  return out;
}

Bytes onnx_of(const TinyNetwork& n) {
  Message conv;
  conv.text(1, "x").text(1, "w").text(2, "y").text(3, "conv").text(4, "Conv");
  conv.message(5, ints("kernel_shape", {n.side, n.side})).message(5, ints("strides", {1, 1}));
  conv.message(5, ints("pads", {0, 0, 0, 0})).message(5, ints("dilations", {1, 1}));
  Message graph;
  graph.message(1, conv).text(2, "tiny").message(5, weights_tensor(n));
  graph.message(11, value_info("x", {1, 3, n.side, n.side}));
  graph.message(12, value_info("y", {1, n.dimension, 1, 1}));
  const Message opset = Message().text(1, "").number(2, 11);
  return Message().number(1, 6).text(2, "whorl").message(7, graph).message(8, opset).view();
}

}  // namespace whorl::tests
