#include "cluster/seal.h"

#include "cluster/messages.h"
#include "crypto/aead.h"
#include "crypto/private_file.h"

namespace whorl::cluster {
namespace {

constexpr std::string_view kGreetingMark = "WLCG";
constexpr std::string_view kAnswerMark = "WLCA";
constexpr std::string_view kMessageMark = "WLCM";
constexpr std::size_t kMarkBytes = 4;
constexpr std::size_t kHeadBytes = kMarkBytes + 1 + 1 + sizeof(SessionId) + 8;  // mark, version, kind, session, number
constexpr std::size_t kGreetingBytes = kMarkBytes + 1 + sizeof(Draw) + sizeof(Sha256);

Bytes head(Kind kind, const SessionId& session, std::uint64_t number) {
  ByteWriter out;
  out.bytes(as_bytes(kMessageMark)).u8(kWireVersion).u8(static_cast<std::uint8_t>(kind)).bytes(session).u64(number);
  return out.take();
}

bool begins(ByteView message, std::string_view mark) {
  return message.size() >= kMarkBytes && as_text(message.first(kMarkBytes)) == mark;
}

Bytes greeting_body(std::string_view mark, const Greeting& greeting) {
  ByteWriter out;
  out.bytes(as_bytes(mark)).u8(kWireVersion).bytes(greeting.draw).bytes(greeting.setting);
  return out.take();
}

Bytes joined(Bytes body, ByteView more) {
  body.insert(body.end(), more.begin(), more.end());
  return body;
}

Status check_version(ByteView message) {
  if (message.size() > kMarkBytes && message[kMarkBytes] != kWireVersion) {
    return invalid_input("speaks version " + std::to_string(message[kMarkBytes]) +
                         " of the format between parts, not " + std::to_string(kWireVersion) +
                         ": run one build of whorl in the whole cluster");
  }
  return {};
}

Result<Greeting> read_greeting(std::string_view mark, ByteView message) {
  if (!begins(message, mark)) return corruption("is no greeting of a cluster");
  WHORL_TRY(check_version(message));
  if (message.size() != kGreetingBytes + sizeof(Sha256)) return corruption("is no greeting of a cluster");
  Greeting out;
  ByteReader in(message.subspan(kMarkBytes + 1));
  const ByteView drawn = in.bytes(sizeof(Draw));
  std::copy(drawn.begin(), drawn.end(), out.draw.begin());
  const ByteView setting = in.bytes(sizeof(Sha256));
  std::copy(setting.begin(), setting.end(), out.setting.begin());
  return out;
}

Error not_ours() { return corruption("was not made with this cluster's key: is cluster.key the same everywhere?"); }

}  // namespace

// -- Sessions ---------------------------------------------------------------------------------------------------------

Result<Bytes> Session::seal(Kind kind, std::uint64_t number, ByteView plain) const {
  const Bytes bound = head(kind, id_, number);
  WHORL_ASSIGN(const Bytes sealed,
               crypto::aead_seal(keys_.at(kind).view(), crypto::Nonce::counted(number), bound, plain));
  return joined(bound, sealed);
}

Result<Bytes> Session::open(Kind kind, std::uint64_t number, ByteView message) const {
  const Bytes bound = head(kind, id_, number);
  if (message.size() < kHeadBytes || !std::equal(bound.begin(), bound.end(), message.begin())) {
    return corruption("is not the message that was waited for");
  }
  return crypto::aead_open(keys_.at(kind).view(), crypto::Nonce::counted(number), bound, message.subspan(kHeadBytes));
}

// -- Keys -------------------------------------------------------------------------------------------------------------

Result<Keys> Keys::make(ByteView key, std::string part) {
  WHORL_ASSIGN(const auto mac, crypto::hkdf_sha256(key, {}, as_bytes("whorl cluster 1 greeting " + part), 32));
  return Keys(crypto::SecretBytes::copy_of(key), std::move(part), crypto::HmacSha256(mac.view()));
}

Result<crypto::SecretBytes> Keys::read(const std::filesystem::path& file) {
  WHORL_ASSIGN(auto key, crypto::read_private_file(file, kClusterKeyBytes, crypto::OthersMay::kNothing));
  if (key.size() != kClusterKeyBytes) return invalid_input("a cluster's key has 32 bytes", file.string());
  return key;
}

Bytes Keys::greeting(const Greeting& front) const {
  Bytes body = greeting_body(kGreetingMark, front);
  const Sha256 mac = mac_.of({body});
  return joined(std::move(body), mac);
}

Bytes Keys::answer(const Greeting& part, const Greeting& to) const {
  Bytes body = greeting_body(kAnswerMark, part);
  const Sha256 mac = mac_.of({body, to.draw, to.setting});
  return joined(std::move(body), mac);
}

Result<Greeting> Keys::open_greeting(ByteView message) const {
  WHORL_ASSIGN(const Greeting out, read_greeting(kGreetingMark, message));
  if (!crypto::equal_in_constant_time(greeting(out), message)) return not_ours();
  return out;
}

Result<Greeting> Keys::open_answer(ByteView message, const Greeting& to) const {
  WHORL_ASSIGN(const Greeting out, read_greeting(kAnswerMark, message));
  if (!crypto::equal_in_constant_time(answer(out, to), message)) return not_ours();
  return out;
}

Result<std::shared_ptr<const Session>> Keys::session(const Draw& front, const Draw& part) const {
  auto out = std::make_shared<Session>();
  Bytes salt(front.begin(), front.end());
  salt.insert(salt.end(), part.begin(), part.end());
  for (const Kind kind : {Kind::kQuestion, Kind::kAnswer, Kind::kAskedBack, Kind::kAnsweredBack}) {
    const std::string use = "whorl cluster 1 message " + std::to_string(static_cast<int>(kind)) + " " + part_;
    WHORL_ASSIGN(out->keys_[kind], crypto::hkdf_sha256(key_.view(), salt, as_bytes(use), crypto::kAeadKeyBytes));
  }
  const Sha256 id = mac_.of({as_bytes("session"), salt});
  std::copy_n(id.begin(), out->id_.size(), out->id_.begin());
  return std::shared_ptr<const Session>(std::move(out));
}

Bytes Keys::forgotten(const SessionId& session, std::uint64_t number) const {
  Bytes body = head(Kind::kForgotten, session, number);
  const Sha256 mac = mac_.of({body});
  return joined(std::move(body), mac);
}

bool Keys::is_forgotten(ByteView message, const SessionId& session, std::uint64_t number) const {
  return crypto::equal_in_constant_time(forgotten(session, number), message);
}

// -- Messages ---------------------------------------------------------------------------------------------------------

bool is_greeting(ByteView message) { return begins(message, kGreetingMark); }

Result<Envelope> parse_envelope(ByteView message) {
  if (!begins(message, kMessageMark) || message.size() < kHeadBytes) return invalid_input("is no message of a cluster");
  WHORL_TRY(check_version(message));
  ByteReader in(message.subspan(kMarkBytes + 1));
  Envelope out;
  const std::uint8_t kind = in.u8();
  if (kind < static_cast<std::uint8_t>(Kind::kQuestion) || kind > static_cast<std::uint8_t>(Kind::kForgotten)) {
    return invalid_input("is no message of a cluster");
  }
  out.kind = static_cast<Kind>(kind);
  const ByteView session = in.bytes(out.session.size());
  std::copy(session.begin(), session.end(), out.session.begin());
  out.number = in.u64();
  return out;
}

bool ReplayWindow::take(std::uint64_t number) {
  if (number >= next_) {
    const std::uint64_t ahead = number - next_ + 1;
    came_ = ahead < kWidth ? came_ << ahead : std::bitset<kWidth>();
    next_ = number + 1;
    came_.set(0);
    return true;
  }
  const std::uint64_t back = next_ - 1 - number;
  if (back >= kWidth || came_.test(back)) return false;
  came_.set(back);
  return true;
}

Result<Draw> draw(crypto::Random& random) {
  Draw out{};
  WHORL_TRY(random.fill(out));
  return out;
}

}  // namespace whorl::cluster
