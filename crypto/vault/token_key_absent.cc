// Where Whorl is built without p11-kit.
#include "crypto/vault/token_key.h"

namespace whorl::crypto {
namespace {

Error not_built() { return unavailable("this build knows no PKCS#11 tokens: it was made without p11-kit"); }

}  // namespace

Result<std::unique_ptr<RootKey>> token_root_key(const std::string& /*address*/, Random& /*random*/) {
  return not_built();
}

Status make_token_key(const std::string& /*address*/) { return not_built(); }

}  // namespace whorl::crypto
