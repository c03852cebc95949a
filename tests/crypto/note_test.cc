// Signed notes and checkpoints.
#include "crypto/log/note.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/base64.h"
#include "base/world.h"
#include "crypto/log/checkpoint.h"
#include "crypto/log/note_text.h"
#include "crypto/utf8.h"

namespace whorl::crypto {
namespace {

// The example of Go's golang.org/x/mod/sumdb/note, whose format this is.
constexpr std::string_view kGoKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kGoNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

NoteSigner signer_of(std::string_view name, NoteKeyKind kind, std::uint64_t seed) {
  const auto world = make_seeded_world(seed);
  const auto random = make_random_of(*world);
  auto key = PrivateKey::make(KeyKind::kEd25519, *random);
  EXPECT_TRUE(key.ok());
  auto signer = NoteSigner::of(name, kind, *key);
  EXPECT_TRUE(signer.ok());
  return *signer;
}

std::vector<NoteVerifier> keys_of(const std::vector<NoteSigner>& signers) {
  std::vector<NoteVerifier> out;
  for (const NoteSigner& signer : signers) out.push_back(signer.verifier());
  return out;
}

TEST(Note, OfGoVerifies) {
  const auto verifier = NoteVerifier::parse(kGoKey);
  ASSERT_TRUE(verifier.ok()) << verifier.error().text();
  EXPECT_EQ(verifier->name(), "PeterNeumann");
  EXPECT_EQ(verifier->text(), kGoKey);
  const auto note = SignedNote::parse(kGoNote);
  ASSERT_TRUE(note.ok()) << note.error().text();
  EXPECT_EQ(note->note(), kGoNote);
  const std::vector<NoteVerifier> known{*verifier};
  const auto by = note->signed_by(known);
  ASSERT_TRUE(by.ok()) << by.error().text();
  ASSERT_EQ(by->size(), 1u);
  EXPECT_EQ(by->front().name, "PeterNeumann");
}

TEST(Note, GoesThereAndBackWithTheSignaturesOfAll) {
  const std::vector<NoteSigner> signers{signer_of("a.test/office", NoteKeyKind::kSignature, 1),
                                        signer_of("b.test", NoteKeyKind::kSignature, 2),
                                        signer_of("w.test/witness", NoteKeyKind::kCosignature, 3)};
  auto note = SignedNote::of("rbdes directory v1\n\nserial 17 — \xC3\xA9\n");
  ASSERT_TRUE(note.ok());
  for (const NoteSigner& signer : signers) EXPECT_TRUE(note->add(signer, 1'800'000'000).ok());
  EXPECT_FALSE(note->add(signers[1]).ok()) << "once is enough";
  const auto back = SignedNote::parse(note->note());
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(back->text(), note->text());
  const auto by = back->signed_by(keys_of(signers));
  ASSERT_TRUE(by.ok()) << by.error().text();
  ASSERT_EQ(by->size(), 3u);
  EXPECT_EQ((*by)[2].unix_seconds, 1'800'000'000u);
  EXPECT_EQ(back->signed_by(std::vector<NoteVerifier>{signers[1].verifier()})->size(), 1u);
  EXPECT_FALSE(back->signed_by({}).ok()) << "nobody known";
  const std::string text = note->note();
  const auto twice = SignedNote::parse(text + text.substr(text.rfind('\n', text.size() - 2) + 1));
  ASSERT_TRUE(twice.ok());
  EXPECT_FALSE(twice->signed_by(keys_of(signers)).ok()) << "a line was put in";
  EXPECT_FALSE(back->signed_by(keys_of({signer_of("b.test", NoteKeyKind::kSignature, 9)})).ok()) << "the name alone";
}

TEST(Note, AnyByteThatDiffersIsRefused) {
  const NoteSigner signer = signer_of("a.test", NoteKeyKind::kSignature, 1);
  auto note = SignedNote::of("one\ntwo\n");
  ASSERT_TRUE(note.ok() && note->add(signer).ok());
  const std::string good = note->note();
  const std::vector<NoteVerifier> known{signer.verifier()};
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const unsigned flip : {1u, 2u, 0x20u, 0x80u}) {
      std::string changed = good;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ flip);
      const auto parsed = SignedNote::parse(changed);
      EXPECT_FALSE(parsed.ok() && parsed->signed_by(known).ok()) << i;
    }
  }
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(SignedNote::parse(good.substr(0, n)).ok()) << n;
}

// A wrong signature of a known key is not outvoted by a right one.
TEST(Note, OneWrongSignatureOfAKnownKeyMakesItFalse) {
  const NoteSigner a = signer_of("a.test", NoteKeyKind::kSignature, 1);
  const NoteSigner b = signer_of("b.test", NoteKeyKind::kSignature, 2);
  auto one = SignedNote::of("one\n");
  auto two = SignedNote::of("two\n");
  ASSERT_TRUE(one->add(a).ok() && two->add(b).ok());
  const std::string line_of_b = two->note().substr(std::string("two\n\n").size());
  const auto both = SignedNote::parse(one->note() + line_of_b);
  ASSERT_TRUE(both.ok());
  EXPECT_TRUE(both->signed_by(keys_of({a})).ok());
  EXPECT_EQ(both->signed_by(keys_of({a, b})).error().kind, ErrorKind::kCorruption);
}

TEST(Note, AKeyIsOfTheKindThatItSignsAs) {
  const NoteSigner log = signer_of("a.test", NoteKeyKind::kSignature, 1);
  const NoteSigner witness = signer_of("a.test", NoteKeyKind::kCosignature, 1);
  EXPECT_NE(log.verifier().id(), witness.verifier().id());
  auto note = SignedNote::of("text\n");
  ASSERT_TRUE(note->add(witness, 5).ok());
  EXPECT_FALSE(note->signed_by(keys_of({log})).ok());
  EXPECT_TRUE(note->signed_by(keys_of({witness})).ok());
}

TEST(Note, WhatIsNoNoteIsRefused) {
  const std::string line = "\xE2\x80\x94 a.test AAAAAAA=\n";
  EXPECT_TRUE(SignedNote::parse("text\n\n" + line).ok());
  for (const std::string& note : std::initializer_list<std::string>{
           std::string(), "\n", "\n\n", "text\n" + line, "text\n\n", "text\n\n" + line.substr(0, line.size() - 1),
           "text\n\n- a.test AAAAAAA=\n", "text\n\n\xE2\x80\x94 AAAAAAA=\n", "text\n\n\xE2\x80\x94 a.test AAAAAA==\n",
           "text\n\n\xE2\x80\x94 a+b AAAAAAA=\n", "text\n\n\xE2\x80\x94  AAAAAAA=\n",
           "text\n\n\xE2\x80\x94 a.test AAAAAAB=\n", "te\txt\n\n" + line, "te\rxt\n\n" + line, "te\xFFxt\n\n" + line,
           "te\xC0\x80xt\n\n" + line, std::string("te\0xt\n\n", 7) + line}) {
    EXPECT_FALSE(SignedNote::parse(note).ok()) << note;
  }
  std::string many = "text\n\n";
  for (std::size_t i = 0; i < kMostNoteSignatures; ++i) many += line;
  EXPECT_TRUE(SignedNote::parse(many).ok());
  EXPECT_FALSE(SignedNote::parse(many + line).ok());
  EXPECT_FALSE(SignedNote::parse(std::string(kMostNoteBytes, 'a') + "\n\n" + line).ok());
}

TEST(NoteVerifier, ThatContradictsItselfIsRefused) {
  for (std::size_t i = 0; i < kGoKey.size(); ++i) {
    std::string changed(kGoKey);
    changed[i] = changed[i] == 'B' ? 'C' : 'B';
    EXPECT_FALSE(NoteVerifier::parse(changed).ok()) << changed;
  }
  for (const char* text : {"", "+", "++", "a+b", "a+c74f20a3+", "a+c74f20a3+AQ=="}) {
    EXPECT_FALSE(NoteVerifier::parse(text).ok()) << text;
  }
}

TEST(NoteText, UnderstandsUtf8) {
  for (const char* text : {"a", "\xC2\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF", "\xF0\x90\x80\x80"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const char* text : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                           "\xC2", "\xE2\x80", "\xF8\x88\x80\x80\x80", "\xC2\x41"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

const NoteSigner kLog = signer_of("a.test/audit/7", NoteKeyKind::kSignature, 11);

Checkpoint small_checkpoint() { return {"a.test/audit/7", 1234, leaf_hash(as_bytes("x")), {"more"}}; }

TEST(Checkpoint, IsSignedByItsLogAndCosignedByWitnesses) {
  const NoteSigner witness = signer_of("b.test/witness", NoteKeyKind::kCosignature, 12);
  auto note = sign_checkpoint(small_checkpoint(), kLog);
  ASSERT_TRUE(note.ok()) << note.error().text();
  ASSERT_TRUE(note->add(witness, 77).ok());
  const std::vector<NoteVerifier> witnesses = keys_of({witness});
  const auto opened = open_checkpoint(note->note(), kLog.verifier(), witnesses);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ(opened->checkpoint, small_checkpoint());
  ASSERT_EQ(opened->witnesses.size(), 1u);
  EXPECT_EQ(opened->witnesses[0].name, "b.test/witness");
  EXPECT_EQ(opened->witnesses[0].unix_seconds, 77u);
  EXPECT_TRUE(open_checkpoint(note->note(), kLog.verifier(), {})->witnesses.empty());
}

TEST(Checkpoint, OfAnotherLogOrWithoutItsSignatureIsRefused) {
  const NoteSigner other = signer_of("c.test/audit/8", NoteKeyKind::kSignature, 13);
  EXPECT_FALSE(sign_checkpoint(small_checkpoint(), other).ok());
  auto note = SignedNote::of(small_checkpoint().text());
  ASSERT_TRUE(note->add(other).ok());
  EXPECT_EQ(open_checkpoint(note->note(), other.verifier(), {}).error().kind, ErrorKind::kCorruption);
  EXPECT_EQ(open_checkpoint(note->note(), kLog.verifier(), {}).error().kind, ErrorKind::kCorruption);
  const NoteSigner witness = signer_of("b.test/witness", NoteKeyKind::kCosignature, 12);
  auto alone = SignedNote::of(small_checkpoint().text());
  ASSERT_TRUE(alone->add(witness, 1).ok());
  const std::vector<NoteVerifier> witnesses = keys_of({witness});
  EXPECT_FALSE(open_checkpoint(alone->note(), kLog.verifier(), witnesses).ok());
}

TEST(Checkpoint, WhatIsNoneIsRefused) {
  const std::string root = encode_base64(empty_tree_hash()) + "\n";
  EXPECT_TRUE(Checkpoint::parse("o\n0\n" + root).ok());
  EXPECT_TRUE(Checkpoint::parse("o\n4611686018427387904\n" + root + "x\n").ok());
  for (const std::string& text : std::initializer_list<std::string>{
           std::string(), "o\n", "o\n0\n", "\n0\n" + root, "o\n00\n" + root, "o\n01\n" + root, "o\n+1\n" + root,
           "o\n-1\n" + root, "o\n1 \n" + root, "o\n0x1\n" + root, "o\n\n" + root, "o\n4611686018427387905\n" + root,
           "o\n99999999999999999999\n" + root, "o\n0\n" + root + "\n", "o\n0\n" + root + "x", "o\n0\nAAAA\n",
           "o\n0\n" + root.substr(1), "o\r\n0\r\n" + root}) {
    EXPECT_FALSE(Checkpoint::parse(text).ok()) << text;
  }
  Checkpoint bad = small_checkpoint();
  bad.extensions = {"two\nlines"};
  EXPECT_FALSE(sign_checkpoint(bad, kLog).ok());
  bad.extensions = {""};
  EXPECT_FALSE(sign_checkpoint(bad, kLog).ok());
  bad = small_checkpoint();
  bad.size = kMostLeaves + 1;
  EXPECT_FALSE(sign_checkpoint(bad, kLog).ok());
}

}  // namespace
}  // namespace whorl::crypto
