// The fields of every question, and of what replicas and parts say to each other, in their order on the wire. Private
// to this room.
#pragma once

#include "cluster/value_fields.h"

namespace whorl::cluster {

// -- Questions --------------------------------------------------------------------------------------------------------

template <class Io>
void fields(Io& io, Held<Io, Asker>& v) {
  io.text(v.issuer, most::kText);
  io.text(v.subject, most::kText);
  io.one_of(v.by, engine::SignedInBy::kNothing, engine::SignedInBy::kPassword);
  texts(io, v.roles, most::kSamples);
  io.text(v.purpose, most::kText);
  io.text(v.request_id, most::kText);
  io.maybe(v.wait_ms, [&](auto& ms) { io.number(ms, std::uint64_t{86'400'000}); });
}

template <class Io>
void fields(Io& io, Held<Io, SearchPart>& v) {
  fields(io, v.probe);
  fields(io, v.query);
}
template <class Io>
void fields(Io& io, Held<Io, ComparePerson>& v) {
  fields(io, v.probe);
  id(io, v.gallery_id);
  id(io, v.person_id);
}
template <class Io>
void fields(Io& io, Held<Io, EnrolEncounter>& v) {
  fields(io, v.request);
  io.maybe(v.key, [&](auto& key) { fields(io, key); });
  io.flag(v.update);
  io.maybe(v.answer, [&](auto& text) { io.text(text, most::kKept); });
}
template <class Io>
void fields(Io& io, Held<Io, KeptAnswerOf>& v) {
  fields(io, v.key);
}
template <class Io>
void fields(Io& io, Held<Io, ErasePerson>& v) {
  id(io, v.person_id);
}
template <class Io>
void fields(Io& io, Held<Io, EraseEncounter>& v) {
  id(io, v.person_id);
  id(io, v.encounter_id);
}
template <class Io>
void fields(Io& io, Held<Io, ReadEncounters>& v) {
  id(io, v.person_id);
}
template <class Io>
void fields(Io& io, Held<Io, ReadEncounter>& v) {
  id(io, v.person_id);
  id(io, v.encounter_id);
}
template <class Io>
void fields(Io& io, Held<Io, ReadTemplates>& v) {
  id(io, v.person_id);
  id(io, v.encounter_id);
}
template <class Io>
void fields(Io& io, Held<Io, SetStatus>& v) {
  id(io, v.person_id);
  id(io, v.encounter_id);
  io.flag(v.active);
}
template <class Io>
void fields(Io& io, Held<Io, SetGalleries>& v) {
  id(io, v.person_id);
  id(io, v.encounter_id);
  texts(io, v.galleries, most::kSamples);
}
template <class Io>
void fields(Io& io, Held<Io, SetHold>& v) {
  id(io, v.person_id);
  maybe_id(io, v.encounter_id);
  io.flag(v.held);
}
template <class Io>
void fields(Io& io, Held<Io, MoveEncounters>& v) {
  id(io, v.into);
  id(io, v.from);
  maybe_id(io, v.encounter_id);
}
template <class Io>
void fields(Io& io, Held<Io, ReadContent>& v) {
  id(io, v.gallery_id);
  io.number(v.offset, std::uint64_t{UINT64_MAX});
  io.number(v.limit, static_cast<std::uint32_t>(kMostEntriesOfPage));
}
template <class Io>
void fields(Io&, Held<Io, TellStatus>&) {}

// -- Between replicas -------------------------------------------------------------------------------------------------

template <class Io, class... Numbers>
void numbers(Io& io, Numbers&... each) {
  (io.number(each, std::uint64_t{UINT64_MAX}), ...);
}

template <class Io>
void fields(Io& io, Held<Io, LogEntry>& v) {
  numbers(io, v.term, v.time_ms);
  io.array(v.operation);
  io.bytes(v.change, kMostMessageBytes);
}
template <class Io>
void fields(Io& io, Held<Io, VoteAnswer>& v) {
  numbers(io, v.term);
  io.flag(v.granted);
}
template <class Io>
void fields(Io& io, Held<Io, AskVote>& v) {
  numbers(io, v.term, v.last_index, v.last_term);
  id(io, v.candidate);
  io.array(v.options);
}
template <class Io>
void fields(Io& io, Held<Io, AppendAnswer>& v) {
  numbers(io, v.term, v.last_index);
  io.flag(v.taken);
  io.flag(v.member);
}
template <class Io>
void fields(Io& io, Held<Io, AppendEntries>& v) {
  numbers(io, v.term, v.previous_index, v.previous_term, v.committed, v.cut, v.base);
  id(io, v.leader);
  io.list(v.entries, most::kEntries, [&](auto& each) { fields(io, each); });
  io.array(v.options);
}
template <class Io>
void fields(Io& io, Held<Io, Position>& v) {
  numbers(io, v.term, v.last_index, v.applied);
  io.flag(v.member);
  id(io, v.leader);
  io.text(v.trouble, most::kText);
}
template <class Io>
void fields(Io&, Held<Io, TellPosition>&) {}

// -- What a part holds ------------------------------------------------------------------------------------------------

template <class Io>
void fields(Io& io, Held<Io, PartDigest>& v) {
  numbers(io, v.index);
  io.list(v.galleries, most::kGalleries, [&](auto& each) {
    id(io, each.gallery_id);
    numbers(io, each.persons, each.encounters);
    io.array(each.digest);
  });
}
template <class Io>
void fields(Io&, Held<Io, TakeDigest>&) {}
template <class Io>
void fields(Io& io, Held<Io, TellDigest>& v) {
  numbers(io, v.index);
}
template <class Io>
void fields(Io& io, Held<Io, LetGo>& v) {
  numbers(io, v.keep_days);
}

// -- A copy -----------------------------------------------------------------------------------------------------------

template <class Io>
void fields(Io& io, Held<Io, CopyBegun>& v) {
  io.array(v.copy);
  numbers(io, v.index, v.term);
  io.bytes(v.slices, most::kBook);
  texts(io, v.slice_rows, most::kNames);
}
template <class Io>
void fields(Io&, Held<Io, BeginCopy>&) {}
template <class Io>
void fields(Io& io, Held<Io, ReadCopySliceRow>& v) {
  io.array(v.copy);
  io.text(v.row, most::kText);
}
template <class Io>
void fields(Io& io, Held<Io, std::optional<Bytes>>& v) {
  io.maybe(v, [&](auto& bytes) { io.bytes(bytes, kMostMessageBytes); });
}
template <class Io>
void fields(Io& io, Held<Io, EndCopy>& v) {
  io.array(v.copy);
}
template <class Io>
void fields(Io& io, Held<Io, ReadCopyNames>& v) {
  io.array(v.copy);
  io.bytes(v.from, most::kRow);
}
template <class Io>
void fields(Io& io, Held<Io, index::Moment::Named>& v) {
  id(io, v.person_id);
  id(io, v.encounter_id);
  io.array(v.digest);
}
template <class Io>
void fields(Io& io, Held<Io, index::Moment::Names>& v) {
  io.list(v.encounters, most::kNames, [&](auto& each) { fields(io, each); });
  io.bytes(v.next, most::kRow);
}
template <class Io>
void fields(Io& io, Held<Io, EncounterName>& v) {
  id(io, v.person_id);
  id(io, v.encounter_id);
}
template <class Io>
void fields(Io& io, Held<Io, ReadCopyRecords>& v) {
  io.array(v.copy);
  io.list(v.wanted, most::kNames, [&](auto& each) { fields(io, each); });
}
template <class Io>
void fields(Io& io, Held<Io, index::EncodedRecord>& v) {
  io.bytes(v.key, most::kRow);
  io.bytes(v.value, index::kMaxRecordBytes);
}
template <class Io>
void fields(Io& io, Held<Io, std::vector<index::EncodedRecord>>& v) {
  io.list(v, most::kNames, [&](auto& each) { fields(io, each); });
}
template <class Io>
void fields(Io& io, Held<Io, ReadCopyImage>& v) {
  io.array(v.copy);
  fields(io, v.of);
  io.number(v.image.number, std::uint32_t{UINT32_MAX});
  io.number(v.image.size, std::uint32_t{UINT32_MAX});
  io.array(v.image.sha256);
}
template <class Io>
void fields(Io& io, Held<Io, index::KeptImage>& v) {
  io.number(v.reading.format, std::uint8_t{UINT8_MAX});
  io.maybe(v.reading.resolution_ppi, [&](auto& ppi) { io.real(ppi); });
  io.bytes(v.bytes, index::kMaxKeptImageBytes);
}
template <class Io>
void fields(Io& io, Held<Io, ReadCopyAnswers>& v) {
  io.array(v.copy);
  io.bytes(v.from, most::kRow);
}
template <class Io>
void fields(Io& io, Held<Io, index::KeptAnswer>& v) {
  io.array(v.key);
  io.array(v.request);
  numbers(io, v.created_ms);
  id(io, v.person_id);
  id(io, v.encounter_id);
  io.bytes(v.answer, index::kMaxAnswerBytes);
}
template <class Io>
void fields(Io& io, Held<Io, index::Moment::Answers>& v) {
  io.list(v.answers, most::kNames, [&](auto& each) { fields(io, each); });
  io.bytes(v.next, most::kRow);
}

// -- Slices that move -------------------------------------------------------------------------------------------------

template <class Io>
void fields(Io& io, Held<Io, std::uint16_t>& slice) {
  io.count(slice);
  io.check(slice < kSlices);
}
template <class Io>
void fields(Io& io, Held<Io, std::vector<std::uint16_t>>& v) {
  io.list(v, kSlices, [&](auto& each) { fields(io, each); });
}
template <class Io>
void fields(Io& io, Held<Io, std::vector<SliceMove>>& v) {
  io.list(v, kSlices, [&](auto& each) {
    fields(io, each.slice);
    io.number(each.move, std::uint32_t{UINT32_MAX});
  });
}
template <class Io>
void fields(Io& io, Held<Io, SliceManifest>& v) {
  fields(io, v.slices);
  io.list(v.encounters, most::kOfManifest, [&](auto& each) { fields(io, each); });
  io.list(v.answers, most::kOfManifest, [&](auto& each) { io.array(each); });
}
template <class Io>
void fields(Io&, Held<Io, TellSlices>&) {}
template <class Io>
void fields(Io& io, Held<Io, PartSlices>& v) {
  io.bytes(v.book, most::kBook);
  numbers(io, v.slices_moved, v.encounters_moved);
  io.text(v.doing, most::kText);
  io.text(v.trouble, most::kText);
}
template <class Io>
void fields(Io& io, Held<Io, BeginSlices>& v) {
  fields(io, v.held);
}
template <class Io>
void fields(Io& io, Held<Io, OrderMoves>& v) {
  id(io, v.target);
  fields(io, v.slices);
}
template <class Io>
void fields(Io&, Held<Io, GiveUpMoves>&) {}
template <class Io>
void fields(Io& io, Held<Io, AskMissing>& v) {
  fields(io, v.manifest);
}
template <class Io>
void fields(Io& io, Held<Io, StillMissing>& v) {
  io.flag(v.held);
  for (auto* list : {&v.encounters, &v.answers}) {
    io.list(*list, most::kOfManifest, [&](auto& each) { io.number(each, std::uint32_t{UINT32_MAX}); });
  }
}
template <class Io>
void fields(Io& io, Held<Io, StageSlices>& v) {
  id(io, v.from);
  fields(io, v.slices);
  io.list(v.encounters, most::kNames, [&](auto& each) {
    fields(io, each.record);
    io.list(each.images, most::kSamples, [&](auto& image) { fields(io, image); });
  });
  io.list(v.answers, most::kNames, [&](auto& each) { fields(io, each); });
}
template <class Io>
void fields(Io& io, Held<Io, TakeSlices>& v) {
  id(io, v.from);
  fields(io, v.manifest);
}
template <class Io>
void fields(Io& io, Held<Io, LetGoOfSlices>& v) {
  fields(io, v.slices);
}
template <class Io>
void fields(Io& io, Held<Io, FenceSlices>& v) {
  fields(io, v.slices);
}
template <class Io>
void fields(Io& io, Held<Io, LeaveSlices>& v) {
  fields(io, v.manifest);
}
template <class Io>
void fields(Io& io, Held<Io, SlicesLeft>& v) {
  io.flag(v.left);
}
template <class Io>
void fields(Io& io, Held<Io, SettleSlices>& v) {
  fields(io, v.slices);
}

}  // namespace whorl::cluster
