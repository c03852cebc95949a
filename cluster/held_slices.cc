#include "cluster/held_slices.h"

#include <algorithm>

#include "cluster/numbered_row.h"
#include "cluster/part_folder.h"
#include "index/copied_record.h"
#include "templates/codec/template.h"

namespace whorl::cluster {
namespace {

constexpr std::string_view kComing = "cluster/coming/";
// Of what leaves, and of what is being put in: the whole manifest, under its first slice.
constexpr std::string_view kManifest = "cluster/manifest/";
// Of what is put at once, as in a copy of a replica; images are held in memory with it.
constexpr std::size_t kMostPut = 4096;
constexpr std::size_t kMostPutBytes = std::size_t{24} << 20;

std::string coming_row(std::uint64_t number) { return std::string(kComing) + std::to_string(number); }
std::string manifest_row_of(std::uint16_t slice) { return std::string(kManifest) + std::to_string(slice); }

// Its manifest is needed yet.
bool is_moving(SliceIs is) { return is == SliceIs::kLeaving || is == SliceIs::kLeft || is == SliceIs::kTaking; }

template <class Asking>
Result<Bytes> bytes_of(Asking asking) {
  Asked asked;
  asked.question = std::move(asking);
  return encode(asked);
}
template <class Asking>
Result<Asking> read_of(ByteView bytes) {
  auto asked = decode_asked(bytes);
  if (!asked.ok()) return corruption("a row of a move of slices cannot be read");
  auto* out = std::get_if<Asking>(&asked->question);
  if (out == nullptr) return corruption("a row of a move of slices says something else");
  return std::move(*out);
}

audit::Asked moved_with(const std::string& part) {
  audit::Asked out;
  out.subject = "slices of " + part;
  return out;
}

// As it lies in memory.
std::size_t size_of(const index::CopiedEncounter& one) {
  std::size_t out = one.record.key.size() + one.record.value.size();
  for (const auto& image : one.images) out += image.bytes.size();
  return out;
}

// What the part that gives tells of it.
Status fits(const Status& room) {
  if (room.ok()) return {};
  Error error = room.error();
  error.message = "the people that come do not fit: " + error.message;
  return error;
}

}  // namespace

// -- On the disk ------------------------------------------------------------------------------------------------------

Result<std::unique_ptr<HeldSlices>> HeldSlices::open(engine::TaskStore& rows, index::Gallery& gallery) {
  std::unique_ptr<HeldSlices> out(new HeldSlices(rows, gallery));
  WHORL_TRY(out->read());
  return out;
}

Status HeldSlices::read() {
  std::size_t damaged = 0;
  WHORL_ASSIGN(const auto all, rows_.all(damaged));
  if (damaged > 0) return corruption("rows of this part's log or slices do not open");
  for (const auto& each : all) {
    if (each.id == kBookRow) {
      WHORL_ASSIGN(book_, SliceBook::parse(each.head));
    }
    if (const auto number = number_behind(kComing, each.id)) {
      WHORL_ASSIGN(const StageSlices staged, staged_row(*number));
      WHORL_TRY(note_staged(*number, staged));
    }
  }
  between_ = book_.is_between();
  std::vector<std::string> manifests;
  for (const auto& each : all) {
    const auto slice = number_behind(kManifest, each.id);
    if (slice && *slice < kSlices && !is_moving(book_.row(*slice).is)) manifests.push_back(each.id);
  }
  // A process that ended between a step and its tidying has left some; where they cannot go now they go later.
  if (!manifests.empty()) static_cast<void>(rows_.erase(manifests));
  static_cast<void>(drop_rows());
  return {};
}

Status HeldSlices::keep(SliceBook fresh) {
  const std::scoped_lock lock(mutex_);
  if (!(fresh == book_)) WHORL_TRY(rows_.put(kBookRow, fresh.encoded(), {}));
  book_ = std::move(fresh);
  between_ = book_.is_between();
  return {};
}

Status HeldSlices::keep_made(SliceBook fresh) {
  fresh.made(entry_);
  return keep(std::move(fresh));
}

Result<StageSlices> HeldSlices::staged_row(std::uint64_t row) const {
  WHORL_ASSIGN(const auto bytes, rows_.request(coming_row(row)));
  if (!bytes) return corruption("a row of what comes is missing");
  return read_of<StageSlices>(*bytes);
}

Status HeldSlices::note_staged(std::uint64_t row, const StageSlices& staged) {
  const std::scoped_lock lock(mutex_);
  auto& slices = staged_rows_[row];
  for (const SliceMove& each : staged.slices) slices.insert(each.slice);
  for (std::uint32_t i = 0; i < staged.encounters.size(); ++i) {
    WHORL_ASSIGN(const auto named, index::name_of_copied(staged.encounters[i].record));
    WHORL_ASSIGN(index::Coming takes, index::coming_of(staged.encounters[i]));
    encounters_[{named.person_id, named.encounter_id}].push_back({row, i, named.digest, std::move(takes)});
  }
  for (std::uint32_t i = 0; i < staged.answers.size(); ++i) answers_[staged.answers[i].key] = {row, i, {}, {}};
  return {};
}

void HeldSlices::forget_row(std::uint64_t row) {
  staged_rows_.erase(row);
  for (auto at = encounters_.begin(); at != encounters_.end();) {
    std::erase_if(at->second, [&](const Place& place) { return place.row == row; });
    at = at->second.empty() ? encounters_.erase(at) : std::next(at);
  }
  std::erase_if(answers_, [&](const auto& each) { return each.second.row == row; });
}

// Those of slices of which none comes any more, and manifests of moves that are over.
Status HeldSlices::drop_rows() {
  std::vector<std::string> gone;
  std::vector<std::uint64_t> rows;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [row, slices] : staged_rows_) {
      const bool comes = std::any_of(slices.begin(), slices.end(), [&](std::uint16_t slice) {
        return book_.row(slice).is == SliceIs::kComing || book_.row(slice).is == SliceIs::kTaking;
      });
      if (!comes) rows.push_back(row);
    }
    for (const std::uint64_t row : rows) gone.push_back(coming_row(row));
  }
  if (!gone.empty()) WHORL_TRY(rows_.erase(gone));
  const std::scoped_lock lock(mutex_);
  for (const std::uint64_t row : rows) forget_row(row);
  return {};
}

// Under each slice, so that whoever finds one of them half way finds them all.
Status HeldSlices::put_manifest(const SliceManifest& manifest, const std::string& from) {
  WHORL_ASSIGN(const Bytes bytes, bytes_of(TakeSlices{from, manifest}));
  return rows_.put(manifest_row_of(manifest.slices.front().slice), {}, bytes);
}

Result<TakeSlices> HeldSlices::manifest_row(std::uint16_t slice) const {
  for (std::uint16_t first = 0; first <= slice; ++first) {
    const std::uint16_t at = slice - first;
    WHORL_ASSIGN(const auto bytes, rows_.request(manifest_row_of(at)));
    if (!bytes) continue;
    WHORL_ASSIGN(TakeSlices out, read_of<TakeSlices>(*bytes));
    const auto& all = out.manifest.slices;
    const std::uint32_t move = book().row(slice).move;
    if (std::find(all.begin(), all.end(), SliceMove{slice, move}) != all.end()) return out;
  }
  return corruption("what left with slice " + std::to_string(slice) + " is not known any more");
}

Result<SliceManifest> HeldSlices::manifest_of(std::uint16_t slice) const {
  WHORL_ASSIGN(TakeSlices row, manifest_row(slice));
  return std::move(row.manifest);
}

Status HeldSlices::mend() {
  const SliceBook now = book();
  for (const std::uint16_t slice : now.all(SliceIs::kLeaving)) {
    if (book().row(slice).is != SliceIs::kLeaving) continue;  // with another one
    WHORL_ASSIGN(const SliceManifest manifest, manifest_of(slice));
    WHORL_TRY(leave(LeaveSlices{manifest}));
  }
  for (const std::uint16_t slice : now.all(SliceIs::kTaking)) {
    if (book().row(slice).is != SliceIs::kTaking) continue;
    WHORL_ASSIGN(const TakeSlices taking, manifest_row(slice));
    WHORL_TRY(take(taking));
  }
  return {};
}

// -- What is asked ----------------------------------------------------------------------------------------------------

SliceBook HeldSlices::book() const {
  const std::scoped_lock lock(mutex_);
  return book_;
}

bool HeldSlices::is_at(std::uint64_t version) const {
  const std::scoped_lock lock(mutex_);
  return book_.begun() && !between_ && book_.version() == version;
}

bool HeldSlices::any_fenced() const {
  const std::scoped_lock lock(mutex_);
  // Of a step out of which a process ended, too: the log makes it again from before it.
  return book_.any(SliceIs::kFenced) || book_.any(SliceIs::kLeaving);
}

std::shared_lock<std::shared_mutex> HeldSlices::changing() {
  const std::scoped_lock queue(queue_);
  return std::shared_lock(changing_);
}

Status HeldSlices::check(const std::string& person_id) {
  const auto slice = static_cast<std::uint16_t>(slice_of(person_id));
  const std::scoped_lock lock(mutex_);
  if (!book_.begun()) return slice_moved("it is not known yet what this part holds");
  if (!book_.takes_changes(slice)) {
    return slice_moved("slice " + std::to_string(slice) + " of the person " + std::string(told(book_.row(slice).is)) +
                       "; nothing was done");
  }
  if (book_.row(slice).other != 0) noted_[slice].insert(person_id);
  return {};
}

std::set<std::string> HeldSlices::noted(std::uint16_t slice) const {
  const std::scoped_lock lock(mutex_);
  const auto at = noted_.find(slice);
  return at == noted_.end() ? std::set<std::string>() : at->second;
}

std::uint64_t HeldSlices::orders() const {
  const std::scoped_lock lock(mutex_);
  return orders_;
}

std::uint64_t HeldSlices::ordered(std::uint16_t slice) const {
  const std::scoped_lock lock(mutex_);
  const auto at = ordered_.find(slice);
  return at == ordered_.end() ? 0 : at->second;
}

// -- Steps of the part that has them ----------------------------------------------------------------------------------

Status HeldSlices::begin(const BeginSlices& asked) {
  const std::scoped_lock step(step_);
  SliceBook fresh = book();
  SliceSet held;
  for (const std::uint16_t slice : asked.held) held[slice] = true;
  fresh.begin(held);
  return keep_made(std::move(fresh));
}

// Whoever is enrolled at that moment is in the gallery before it, or noted after it.
Status HeldSlices::order(const OrderMoves& asked) {
  const std::scoped_lock step(step_);
  const std::scoped_lock queue(queue_);
  const std::unique_lock nobody_changes(changing_);
  SliceBook fresh = book();
  WHORL_TRY(fresh.order(asked.target, asked.slices));
  {
    const std::scoped_lock lock(mutex_);
    ++orders_;
    for (const std::uint16_t slice : asked.slices) {
      ordered_[slice] = orders_;
      noted_.erase(slice);
    }
  }
  return keep_made(std::move(fresh));
}

Status HeldSlices::give_up() {
  const std::scoped_lock step(step_);
  SliceBook fresh = book();
  fresh.give_up();
  return keep_made(std::move(fresh));
}

Status HeldSlices::fence(const FenceSlices& asked) {
  const std::scoped_lock step(step_);
  const std::scoped_lock queue(queue_);  // those who come later wait, so that the others come to an end
  const std::unique_lock nobody_changes(changing_);
  SliceBook fresh = book();
  for (const SliceMove& each : asked.slices) WHORL_TRY(fresh.fence(each));
  return keep_made(std::move(fresh));
}

Status HeldSlices::take_out(const SliceManifest& manifest, bool again, bool& left) {
  SliceBook fresh = book();
  std::string target;
  for (const SliceMove& each : manifest.slices) {
    WHORL_TRY(fresh.leave(each));
    target = fresh.other(each.slice);
  }
  const auto begun = [&]() -> Status {
    if (again) return {};
    WHORL_TRY(put_manifest(manifest, ""));
    return keep(fresh);
  };
  // Replicas do the same, whatever else one of them has: who is in the list goes. The one that made the list made all
  // that comes before this entry.
  const bool whatever_is_here = again || entry_ != 0;
  WHORL_ASSIGN(left, gallery_.hand_over(manifest.encounters, whatever_is_here, begun, moved_with(target)));
  return {};
}

Result<SlicesLeft> HeldSlices::leave(const LeaveSlices& asked) {
  const std::scoped_lock step(step_);
  const SliceManifest& manifest = asked.manifest;
  if (manifest.slices.empty()) return invalid_input("no slice is named", "slices");
  const SliceBook before = book();
  const auto& rows = manifest.slices;
  const auto in = [&](const SliceMove& each, SliceIs is) {
    return before.row(each.slice).move == each.move && before.row(each.slice).is == is;
  };
  const bool again = std::all_of(rows.begin(), rows.end(), [&](const auto& e) { return in(e, SliceIs::kLeaving); });
  const bool done = std::all_of(rows.begin(), rows.end(),
                                [&](const auto& e) { return in(e, SliceIs::kLeft) || in(e, SliceIs::kElsewhere); });
  if (done) return SlicesLeft{true};
  const auto fenced = [&](const SliceMove& each) {
    const SliceBook::Row& row = before.row(each.slice);
    return row.is == SliceIs::kFenced && row.move + 1 == each.move;
  };
  if (!again && !std::all_of(rows.begin(), rows.end(), fenced)) {
    return invalid_input("these slices cannot leave: the move is not one of all of them now", "slices");
  }
  bool left = false;
  WHORL_TRY(take_out(manifest, again, left));
  if (!left) return SlicesLeft{false};
  SliceBook fresh = book();
  for (const SliceMove& each : rows) WHORL_TRY(fresh.left(each));
  WHORL_TRY(keep_made(std::move(fresh)));
  const std::scoped_lock lock(mutex_);
  for (const SliceMove& each : rows) noted_.erase(each.slice);
  return SlicesLeft{true};
}

Status HeldSlices::settle(const SettleSlices& asked) {
  const std::scoped_lock step(step_);
  SliceBook fresh = book();
  std::vector<std::string> manifests;
  for (const SliceMove& each : asked.slices) {
    if (fresh.row(each.slice).is == SliceIs::kLeft) manifests.push_back(manifest_row_of(each.slice));
    WHORL_TRY(fresh.settle(each));
  }
  WHORL_TRY(keep_made(std::move(fresh)));
  if (!manifests.empty()) WHORL_TRY(rows_.erase(manifests));
  return {};
}

// -- Steps of the part that gets them ---------------------------------------------------------------------------------

// What this part could not put into its gallery does not come, since it would be asked for when it is nobody's.
Status HeldSlices::may_take(const index::CopiedEncounter& one) const {
  WHORL_ASSIGN(const index::EncounterRecord record, index::parse_record(one.record.key, one.record.value));
  if (!one.images.empty() && !gallery_.keeps_images()) {
    return invalid_input("this part keeps no images, and people come with theirs: start it with --keep-images");
  }
  if (index::images_named(record).size() != one.images.size()) {
    return invalid_input("a record came with other images than it names");
  }
  const auto network = gallery_.face_network();
  for (const index::SampleRecord& sample : record.samples) {
    if (sample.modality != Modality::kFace) continue;
    WHORL_ASSIGN(const auto content, codec::native_form(Modality::kFace).read(sample.template_bytes));
    const auto* face = std::get_if<face::FaceTemplate>(&content);
    if (face == nullptr || !network || face->network == *network) continue;
    return invalid_input("this part holds faces of the network " + network->text() + ", and some of " +
                         face->network.text() + " come");
  }
  return {};
}

Status HeldSlices::stage(const StageSlices& asked, std::uint64_t number) {
  const std::scoped_lock step(step_);
  SliceBook fresh = book();
  std::set<std::uint16_t> slices;
  for (const SliceMove& each : asked.slices) {
    WHORL_TRY(fresh.come(each, asked.from));
    slices.insert(each.slice);
  }
  for (const auto& each : asked.encounters) {
    // Of what came, and so the same on every replica.
    const auto named = index::name_of_copied(each.record);
    if (!named.ok() || !slices.contains(static_cast<std::uint16_t>(slice_of(named->person_id)))) {
      return invalid_input("a record came that is of none of the slices");
    }
    if (const Status fits = may_take(each); !fits.ok()) return invalid_input(fits.error().message);
  }
  if (number == 0) {
    const std::scoped_lock lock(mutex_);
    number = staged_rows_.empty() ? 1 : staged_rows_.rbegin()->first + 1;
  }
  // The book first: rows without a slice that comes are let go, and none is forgotten.
  WHORL_TRY(keep(std::move(fresh)));
  WHORL_ASSIGN(const Bytes bytes, bytes_of(asked));
  WHORL_TRY(rows_.put(coming_row(number), {}, bytes));
  {
    const std::scoped_lock lock(mutex_);
    if (staged_rows_.contains(number)) forget_row(number);
  }
  return note_staged(number, asked);
}

// Of an encounter that came twice, since it was changed, what takes more.
std::uint64_t HeldSlices::room_of(const std::vector<Place>& places) {
  std::uint64_t out = 0;
  for (const Place& place : places) out = std::max(out, place.takes.bytes);
  return out;
}

index::Coming HeldSlices::coming() const {
  index::Coming out;
  for (const auto& [name, places] : encounters_) {
    const SliceIs is = book_.row(slice_of(name.first)).is;
    if (is != SliceIs::kComing && is != SliceIs::kTaking) continue;
    ++out.encounters;
    out.bytes += room_of(places);
    for (const Place& place : places) {
      out.galleries.insert(place.takes.galleries.begin(), place.takes.galleries.end());
    }
  }
  return out;
}

Status HeldSlices::has_room_beside(index::Coming all, const index::Coming& more) const {
  for (const index::Coming& each : under_way_) all.add(each);
  all.add(more);
  return gallery_.has_room_for(all);
}

Status HeldSlices::room_for(const StageSlices& asked) const {
  const std::scoped_lock lock(mutex_);
  index::Coming more;
  for (const auto& each : asked.encounters) {
    WHORL_ASSIGN(const auto named, index::name_of_copied(each.record));
    WHORL_ASSIGN(index::Coming one, index::coming_of(each));
    if (const auto at = encounters_.find({named.person_id, named.encounter_id}); at != encounters_.end()) {
      one.bytes -= std::min(one.bytes, room_of(at->second));
      one.encounters = 0;
    }
    more.add(one);
  }
  return fits(has_room_beside(coming(), more));
}

Result<std::unique_ptr<HeldSlices::Room>> HeldSlices::room_beside(index::Coming change) {
  const std::scoped_lock lock(mutex_);
  index::Coming all = coming();
  if (const std::uint64_t come = all.encounters; come > 0) {
    if (Status has = has_room_beside(std::move(all), change); !has.ok()) {
      Error error = has.error();
      error.message += " (" + std::to_string(come) +
                       " encounters that come from other parts are counted: their room is kept for them)";
      return error;
    }
  }
  under_way_.push_back(std::move(change));
  return std::make_unique<Room>(*this, std::prev(under_way_.end()));
}

const HeldSlices::Place* HeldSlices::staged(const index::Moment::Named& named) const {
  const auto at = encounters_.find({named.person_id, named.encounter_id});
  if (at == encounters_.end()) return nullptr;
  const auto same = std::find_if(at->second.begin(), at->second.end(),
                                 [&](const Place& place) { return place.digest == named.digest; });
  return same == at->second.end() ? nullptr : &*same;
}

StillMissing HeldSlices::still_missing(const SliceManifest& manifest) const {
  const std::scoped_lock lock(mutex_);
  StillMissing out;
  for (std::uint32_t i = 0; i < manifest.encounters.size(); ++i) {
    if (staged(manifest.encounters[i]) == nullptr) out.encounters.push_back(i);
  }
  for (std::uint32_t i = 0; i < manifest.answers.size(); ++i) {
    if (!answers_.contains(manifest.answers[i])) out.answers.push_back(i);
  }
  return out;
}

// Of the answer that nothing is missing the other part lets its people go: it is given by a part that holds them, or
// can take them in this very move. One that knows a later number and holds nothing has nobody.
Result<StillMissing> HeldSlices::missing(const AskMissing& asked) const {
  const auto& slices = asked.manifest.slices;
  std::size_t held = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (!book_.begun()) return unavailable("it is not known yet what this part holds");
    for (const SliceMove& each : slices) {
      const bool has = book_.holds(each.slice) && book_.row(each.slice).move >= each.move;
      if (!has) WHORL_TRY(book_.can_take(each));
      held += has ? 1 : 0;
    }
  }
  if (held == 0) {
    {
      const std::scoped_lock lock(mutex_);
      WHORL_TRY(fits(has_room_beside(coming(), {})));
    }
    return still_missing(asked.manifest);
  }
  if (held < slices.size()) return invalid_input("some of these slices are here already, and some are not", "slices");
  StillMissing out;
  out.held = true;
  return out;
}

// Asked of a part whose answer was, before all of this left, that it takes this move: a later number is of a slice
// that it took and gave on.
bool HeldSlices::was_taken(const SliceManifest& manifest) const {
  const std::scoped_lock lock(mutex_);
  return std::all_of(manifest.slices.begin(), manifest.slices.end(), [&](const SliceMove& each) {
    const SliceBook::Row& row = book_.row(each.slice);
    return row.move >= each.move && row.is != SliceIs::kComing && row.is != SliceIs::kTaking &&
           (book_.holds(each.slice) || row.move > each.move);
  });
}

Status HeldSlices::put_people(const SliceManifest& manifest, const std::string& from) {
  // In order of rows, each of which is read once.
  std::vector<Place> wanted;
  std::vector<Place> answers;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& named : manifest.encounters) {
      if (const Place* place = staged(named)) wanted.push_back(*place);
    }
    for (const Sha256& key : manifest.answers) {
      if (const auto at = answers_.find(key); at != answers_.end()) answers.push_back(at->second);
    }
  }
  const auto by_row = [](const Place& a, const Place& b) {
    return std::tie(a.row, a.place) < std::tie(b.row, b.place);
  };
  std::sort(wanted.begin(), wanted.end(), by_row);
  std::sort(answers.begin(), answers.end(), by_row);
  std::uint64_t read_row = 0;
  StageSlices row;
  const auto read = [&](std::uint64_t number) -> Status {
    if (number == read_row) return {};
    WHORL_ASSIGN(row, staged_row(number));
    read_row = number;
    return {};
  };
  std::vector<index::CopiedEncounter> batch;
  const audit::Asked asked = moved_with(from);
  std::size_t bytes = 0;
  const auto put = [&]() -> Status {
    bytes = 0;
    if (batch.empty()) return {};
    const auto done = gallery_.put_copied(std::exchange(batch, {}), asked);
    return done.ok() ? Status() : Status(done.error());
  };
  for (const Place& place : wanted) {
    WHORL_TRY(read(place.row));
    batch.push_back(std::move(row.encounters.at(place.place)));
    bytes += size_of(batch.back());
    if (batch.size() >= kMostPut || bytes >= kMostPutBytes) WHORL_TRY(put());
  }
  WHORL_TRY(put());
  read_row = 0;
  std::vector<index::KeptAnswer> kept;
  for (const Place& place : answers) {
    WHORL_TRY(read(place.row));
    kept.push_back(row.answers.at(place.place));
  }
  return kept.empty() ? Status() : gallery_.put_copied_answers(kept);
}

Status HeldSlices::take(const TakeSlices& asked) {
  const std::scoped_lock step(step_);
  const SliceManifest& manifest = asked.manifest;
  if (manifest.slices.empty()) return invalid_input("no slice is named", "slices");
  if (was_taken(manifest)) return {};
  const StillMissing missing = still_missing(manifest);
  if (!missing.encounters.empty() || !missing.answers.empty()) {
    return invalid_input("the slices cannot be taken: " + std::to_string(missing.encounters.size()) +
                         " encounters and " + std::to_string(missing.answers.size()) + " answers have not come");
  }
  SliceBook fresh = book();
  for (const SliceMove& each : manifest.slices) WHORL_TRY(fresh.take(each, asked.from));
  if (!(fresh == book())) {
    WHORL_TRY(put_manifest(manifest, asked.from));
    WHORL_TRY(keep(fresh));
  }
  WHORL_TRY(put_people(manifest, asked.from));
  for (const SliceMove& each : manifest.slices) WHORL_TRY(fresh.taken(each));
  WHORL_TRY(keep_made(std::move(fresh)));
  const std::string row = manifest_row_of(manifest.slices.front().slice);
  WHORL_TRY(rows_.erase(std::span(&row, 1)));
  return drop_rows();
}

Status HeldSlices::let_go(const LetGoOfSlices& asked) {
  const std::scoped_lock step(step_);
  SliceBook fresh = book();
  for (const SliceMove& each : asked.slices) WHORL_TRY(fresh.let_go(each));
  WHORL_TRY(keep_made(std::move(fresh)));
  return drop_rows();
}

// -- For a replica ----------------------------------------------------------------------------------------------------

Result<std::vector<std::string>> HeldSlices::row_names() const {
  const SliceBook now = book();
  if (now.is_between()) return unavailable("is in the middle of a move of slices");
  std::vector<std::string> out;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [row, slices] : staged_rows_) out.push_back(coming_row(row));
  }
  for (const std::uint16_t slice : now.all(SliceIs::kLeft)) {
    const std::string name = manifest_row_of(slice);
    WHORL_ASSIGN(const auto bytes, rows_.request(name));
    if (bytes) out.push_back(name);
  }
  return out;
}

Result<std::optional<Bytes>> HeldSlices::row(const std::string& name) const {
  if (!number_behind(kComing, name) && !number_behind(kManifest, name)) {
    return not_found("there is no such row of a move", "row");
  }
  return rows_.request(name);
}

Status HeldSlices::replace(const SliceBook& book, const std::vector<std::pair<std::string, Bytes>>& rows) {
  const std::scoped_lock step(step_);
  std::size_t damaged = 0;
  WHORL_ASSIGN(const auto all, rows_.all(damaged));
  std::vector<std::string> before;
  for (const auto& each : all) {
    if (number_behind(kComing, each.id) || number_behind(kManifest, each.id)) before.push_back(each.id);
  }
  if (!before.empty()) WHORL_TRY(rows_.erase(before));
  {
    const std::scoped_lock lock(mutex_);
    staged_rows_.clear();
    encounters_.clear();
    answers_.clear();
    noted_.clear();
    // Whoever looked for people here before looked at others.
    ++orders_;
    for (const std::uint16_t slice : book.under_way()) ordered_[slice] = orders_;
  }
  for (const auto& [name, bytes] : rows) {
    const auto number = number_behind(kComing, name);
    if (!number && !number_behind(kManifest, name)) return corruption("a row came that is of no move");
    WHORL_TRY(rows_.put(name, {}, bytes));
    if (!number) continue;
    WHORL_ASSIGN(const StageSlices staged, read_of<StageSlices>(bytes));
    WHORL_TRY(note_staged(*number, staged));
  }
  return keep(book);
}

}  // namespace whorl::cluster
