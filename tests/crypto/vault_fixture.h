// A vault of a drawn gallery, repeatable from its seed.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "base/world.h"
#include "crypto/vault/vault.h"

namespace whorl::tests {

inline crypto::SecretBytes drawn_secret(crypto::Random& random, std::size_t bytes) {
  crypto::SecretBytes out(bytes);
  EXPECT_TRUE(random.fill(out.writable()).ok());
  return out;
}

class VaultTest : public testing::Test {
 protected:
  std::unique_ptr<World> world_ = make_seeded_world(20261126);
  std::unique_ptr<crypto::Random> random_ = crypto::make_random_of(*world_);
  crypto::GalleryId gallery_{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  std::unique_ptr<crypto::RootKey> root_ = new_root();

  std::unique_ptr<crypto::RootKey> new_root() {
    auto root = crypto::make_root_key(drawn_secret(*random_, crypto::kRootKeyBytes), *random_);
    EXPECT_TRUE(root.ok());
    return std::move(*root);
  }
  crypto::KeptGalleryKey gallery_key(std::uint32_t epoch) {
    auto key = crypto::make_gallery_key(*root_, gallery_, epoch, *random_);
    EXPECT_TRUE(key.ok());
    return *key;
  }
  crypto::Vault vault_with(const std::vector<crypto::KeptGalleryKey>& keys) {
    auto vault = crypto::Vault::open(*root_, gallery_, keys, *random_);
    EXPECT_TRUE(vault.ok());
    return *vault;
  }
};

}  // namespace whorl::tests
