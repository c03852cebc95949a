#include "member/release_rows.h"

#include "exchange/envelope/receipt.h"
#include "member/row_fields.h"

namespace whorl::member {
namespace {

using exchange::Item;
using rows::number_of;
using rows::Reader;
using rows::Writer;

void write_items(Writer& out, const std::vector<Item>& items) {
  out.number(static_cast<std::int64_t>(items.size()));
  for (const Item each : items) out.number(number_of(each));
}

std::vector<Item> read_items(Reader& in) {
  std::vector<Item> out;
  for (std::size_t n = in.count(); n > 0 && in.going(); --n)
    out.push_back(in.chosen<Item>(exchange::kAllItems.size() - 1));
  return out;
}

void write_texts(Writer& out, const std::vector<std::string>& texts) {
  out.number(static_cast<std::int64_t>(texts.size()));
  for (const std::string& each : texts) out.text(each);
}

std::vector<std::string> read_texts(Reader& in) {
  std::vector<std::string> out;
  for (std::size_t n = in.count(); n > 0 && in.going(); --n) out.push_back(in.text());
  return out;
}

void write_officers(Writer& out, const std::vector<OfficerName>& officers) {
  out.number(static_cast<std::int64_t>(officers.size()));
  for (const OfficerName& each : officers) out.text(each.issuer).text(each.subject);
}

std::vector<OfficerName> read_officers(Reader& in) {
  std::vector<OfficerName> out;
  for (std::size_t n = in.count(); n > 0 && in.going(); --n) {
    OfficerName& each = out.emplace_back();
    each.issuer = in.text();
    each.subject = in.text();
  }
  return out;
}

}  // namespace

std::vector<std::string> names_of(const std::vector<Item>& items) {
  std::vector<std::string> out;
  for (const Item each : items) out.emplace_back(exchange::name_of(each));
  return out;
}

Bytes encoded(const ReleaseAskRow& row) {
  Writer out;
  out.text(row.check_id).text(row.member).text(row.jti).text(row.ref).text(row.handle).text(row.purpose);
  write_items(out, row.items);
  out.number(row.iat).number(row.exp).secret(row.reply_key).text(row.req).number(number_of(row.state));
  out.number(number_of(row.decision)).text(row.why).text(row.officer).number(row.at).number(row.delete_by);
  write_texts(out, row.purposes);
  return out.number(number_of(row.change)).number(row.changed_at).number(row.notice).text(row.taken).take();
}

Result<ReleaseAskRow> parse_release_ask(ByteView bytes) {
  Reader in(bytes);
  ReleaseAskRow out;
  out.check_id = in.text();
  out.member = in.text();
  out.jti = in.text();
  out.ref = in.text();
  out.handle = in.text();
  out.purpose = in.text();
  out.items = read_items(in);
  out.iat = in.number();
  out.exp = in.number();
  out.reply_key = in.secret();
  out.req = in.text();
  out.state = in.chosen<ReleaseAskRow::State>(3);
  out.decision = in.chosen<exchange::Released>(2);
  out.why = in.text();
  out.officer = in.text();
  out.at = in.number();
  out.delete_by = in.number();
  out.purposes = read_texts(in);
  out.change = in.chosen<ReleaseAskRow::Change>(4);
  out.changed_at = in.number();
  out.notice = in.number();
  if (in.more()) out.taken = in.text();
  return in.done(std::move(out));
}

Bytes encoded(const ReleaseCaseRow& row) {
  Writer out;
  out.text(row.request_id).text(row.case_row).text(row.member).text(row.jti).text(row.ref).text(row.handle);
  out.text(row.purpose).text(row.reason).text(row.basis);
  write_items(out, row.items);
  out.number(number_of(row.room)).number(row.second_layer ? 1 : 0).text(row.reply_key).text(row.req);
  out.number(row.received).number(row.exp).text(row.person_id).number(row.score_db).number(number_of(row.state));
  out.number(number_of(row.decision));
  write_officers(out, row.officers);
  write_items(out, row.first_items);
  out.number(row.first_delete_by);
  return out.text(row.answer_jti).number(row.answer_exp).number(row.sent ? 1 : 0).take();
}

Result<ReleaseCaseRow> parse_release_case(ByteView bytes) {
  Reader in(bytes);
  ReleaseCaseRow out;
  out.request_id = in.text();
  out.case_row = in.text();
  out.member = in.text();
  out.jti = in.text();
  out.ref = in.text();
  out.handle = in.text();
  out.purpose = in.text();
  out.reason = in.text();
  out.basis = in.text(exchange::kMostBasisBytes);
  out.items = read_items(in);
  out.room = in.chosen<exchange::Size>(3);
  out.second_layer = in.flag();
  out.reply_key = in.text();
  out.req = in.text();
  out.received = in.number();
  out.exp = in.number();
  out.person_id = in.text();
  out.score_db = static_cast<int>(in.chosen<std::int64_t>(999));
  out.state = in.chosen<ReleaseCaseRow::State>(3);
  out.decision = in.chosen<exchange::Released>(2);
  out.officers = read_officers(in);
  out.first_items = read_items(in);
  out.first_delete_by = in.number();
  out.answer_jti = in.text();
  out.answer_exp = in.number();
  out.sent = in.flag();
  return in.done(std::move(out));
}

Bytes encoded(const DisclosureRow& row) {
  Writer out;
  out.text(row.disclosure_id).number(row.at).text(row.member).text(row.purpose).text(row.person_id);
  out.number(number_of(row.decision));
  write_items(out, row.items);
  write_officers(out, row.officers);
  out.number(row.delete_by).text(row.ref).text(row.handle).text(row.re).number(number_of(row.room));
  write_texts(out, row.encounters);
  out.text(row.digest).number(row.number).number(number_of(row.notice)).number(row.notice_at);
  out.text(row.notice_jti).number(row.notice_exp).number(row.receipt_at);
  return out.number(row.delivered_at).text(row.receipt).take();
}

Result<DisclosureRow> parse_disclosure(ByteView bytes) {
  Reader in(bytes);
  DisclosureRow out;
  out.disclosure_id = in.text();
  out.at = in.number();
  out.member = in.text();
  out.purpose = in.text();
  out.person_id = in.text();
  out.decision = in.chosen<exchange::Released>(2);
  out.items = read_items(in);
  out.officers = read_officers(in);
  out.delete_by = in.number();
  out.ref = in.text();
  out.handle = in.text();
  out.re = in.text();
  out.room = in.chosen<exchange::Size>(3);
  out.encounters = read_texts(in);
  out.digest = in.text();
  out.number = in.number();
  out.notice = in.chosen<exchange::Noticed>(2);
  out.notice_at = in.number();
  out.notice_jti = in.text();
  out.notice_exp = in.number();
  out.receipt_at = in.number();
  if (!in.more()) return in.done(std::move(out));
  out.delivered_at = in.number();
  out.receipt = in.text(exchange::kMostReceiptBytes);
  return in.done(std::move(out));
}

}  // namespace whorl::member
