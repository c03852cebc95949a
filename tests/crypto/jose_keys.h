// Keys of the RFCs' examples, and a finder of one key.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "crypto/jose/jwe.h"
#include "crypto/jose/jwk.h"
#include "crypto/jose/jws.h"

namespace whorl::tests {

// RFC 8037, appendix A.1.
inline constexpr std::string_view kEd25519Private =
    R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
inline constexpr std::string_view kEd25519Public =
    R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
// RFC 7515, appendix A.3.
inline constexpr std::string_view kP256Private =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";
// RFC 7515, appendix A.2; the public members.
inline constexpr std::string_view kRsaPublic =
    R"({"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP)"
    R"(1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-)"
    R"(KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2eth)"
    R"(FkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"})";

// Made for these tests; for RSA-OAEP-256.
inline constexpr std::string_view kRsaPrivate =
    R"({"d":"A_ArACgR_lX4u2ZqYKLIDkAsTkXKRnAMjMxI1TqmNlQ26Xf_WvrpcDwb2g1v6Qim_Df38roVa26XDRwNvbE7XzunQwd3lEoVN_4YCS)"
    R"(McLGY5dhzhjW2B7UNPQbU2g6AKiKdZUtuBgx-diqXmD8EmUgtUukpCItzhv9wGGhYUAGkJyDGXl-xBgUzhGWm5nPJyDVPJ9loj1Vr2ulXqnT)"
    R"(lNnjKqTnY0L5FzH9SS4jVZ7f-8tWU4LSHvEranPGvylAVpvCOTb_CmB4UrMoWl_VJma1utUSG5jTVXgQpn4sqw9yuRthKJWvC-66QeRy-Bx6)"
    R"(DY95NP7Qu-mxZ9dzV3zwQISQ","dp":"vUOsXg7U9TNPBX9tggaiXouR5NDmhwvfq7HgrpDYEcPYnuVJAm0Kt9ZnkJUyDxzw5s8zJKtHBUSO)"
    R"(LtdzPAxFNZobaMHSYoGMK_LrEhHhELY6rPXDb4T69fjYZ2hmXQMfPwHK1vw0DPNO3PO2Y_-Kpr5zdOmyYN_7D00xjJC1zDk","dq":"mCJ9u)"
    R"(k-xVFO1a8Xqe9kd_xfFOhy5RqwkYP3py2SDsgtml98tdR--ksuPuJxHRD2jLEooLDNcSs9_GTAHnPhk5XRGUYDITkTwwe3gqLYVm0NMzzM84)"
    R"(QTrjYv2X20aHgbvvrCz57l1vFl2KPeqTen1Uv-t-l248GNMmNvty4fP6rk","e":"AQAB","kty":"RSA","n":"4ce4L34k39PlxPeGLx7d)"
    R"(GXD3Vn5C1-bqRVSnSrXjYsW-XlFPPpG3MaSXwrP9Tl4eQo7cINDAfIRZZlbqBjVesabseTT1ulUoaVNJbCvZ7lddRARKwXK2aOqW43fHFMFq)"
    R"(DgbE87qMDVp72JJlidvnvsDS36oZgExHfkibOGQfzEjN1qb4X1EM5vRKAZkM7yGXpmVHUp53IjNcJHYUqg8T2ETZe4ohSkhFkVrxLmJUMfMx)"
    R"(mxXTkszuZDm2EahhCq7DUmCxKOn5aaADdBgG_woK99GcqBy5bXYc1Er2mOL5995BsElwHJUBXCXnlBKnT_Fdixxe1xKwVw_AUxqaEjTlsQ",)"
    R"("p":"_zejLUIl2gCkz2ERPL0qDkOFBOsssYX9etv6dgdreT0mq_gOaPf5KDOIbNP-kaNInAqbtrDYbdVMug1xWJxM5H7Sovf-jEUfRRD-H--)"
    R"(VEJKenh5aTNpw2ngI-hl4yzPLp0gdasqGlnGNoB2ZZoIWMA4LPLvUwf_iPv0aJromsvk","q":"4nj4z8kVC03pflAPjDBGMswjkyIxmO8IU)"
    R"(Ojv3BPVxo4tbufkt-WNW2SqExWc-cQRho7lwnDklXbieF_hX39uqXy7zsEfY5ZHpPRPSJF0iDx5o3ZZxYZAXJ3WrQk8uD6l7mIujnADwVuC_)"
    R"(ocfNLyVbLcI5yDGQMpu6fV3nV2iPnk","qi":"sTpvkGQzB3dtAGZG7XIBXmuvAHqbUdYncyanc891Y_SHPG2l5PE7XCQyT7deS5h99Dq_26)"
    R"(Neoaowc5XljCPwCmPj0NUSYSkmn4Mkp6TMrJ11QGykWyb7rQl631aBkyBLDzNdFus0-bDAtGnEcdeCVT12OIrQ6Q_X4imASP-jWP8"})";
inline constexpr std::string_view kOtherRsaPrivate =
    R"({"d":"B-3Sgawi9osXfInCGJ13LFywufmZBzf_4_p2kHI4BoxoddvvvcEbTs7AE6vdgk7DglZ4V8lIdbhCQK2e_Xlfvq4BGQwCBPUYZTDXmY)"
    R"(iFN6xh8HDDl0cOoEQ0bO59K-mOoNbXNzvmZHnu_7SBIBCvo1az4xtMC36V9xIIkY7NHp53z8i2ZWYP5CRxVEjMHJd4ZmrZTHMH7VM7UAGWF0)"
    R"(QlRpAX8XTJjnFLD8XNTe2784rG6ViDHrBlOEhJpQOqtlSZNsCKOuumIox4PW3GZjDbX6qpsxYCFdRWGZNupHnF6LT5mdrAaygrWwhzZGA8cU)"
    R"(ir3eAuU62Mat54vvnk3ERBAQ","dp":"wrZwQu7x-v7FDG9VBfq5bWm1I84KfRl1ipcXf7AhkKRKMhhhW5YCkOcjN1BvxUmBLNhlsofTfJIj)"
    R"(m3Q0l1F61Om32inR0aWxLiGm0dPOgp-Lu7MrJCYXFgrgmBrdZQLneK-ClxoJHSXMmmg4EUDzmSc4R5CAsLAhOB6XBA9pTQE","dq":"dPSZ7)"
    R"(WGKDUWyaPYwVExuC1nmfKyu6UZNmP6ZoCdw-LuWfFoVjxTvzmbk50U4KLiwB50A7xwMrq7TWRM52rq4GcI7HMsg06Egp_YOEvkwg5NsewAMA)"
    R"(bhw4T1P5r7P5-qxYpDWn6Ec2uIM-AP0G-FG63RDB8T9w5Ck9M66wLMJSDU","e":"AQAB","kty":"RSA","n":"5YYnvrdAh3gWkq9WNGq3)"
    R"(1tNYf8991LIartpLaQV7HIsyAk5tpaLya-EeIBtFcnZBQVrDMe--waoPe-pAk31sjqvY_sSkvsTm7gxNKLhlVh4Ir8v9SnniEml2oVjjUxQw)"
    R"(NuTeT_TgYbuk0kMIqHWQSRWfab7F-Cf3l_i48XSLBAgMlMUbYATWl4CKsF-GkEidv-guMIdG-OCHqisgw2toLJuDV3cS36nfk1WG20f8JGm6)"
    R"(GBJZlEUcOpXEZvjPWybWFXaiWyVK_NGV9yqtGaB0RDLF7tdkZHI_mxE6UDGUqLylo7wdsITAMS1482shnuPemrJ8DnpfD_VQh20qXOe2Cw",)"
    R"("p":"-QCnfWYCSZ1faBWWSSFTZwoA3eNMYlPaxm_n0QrL0BL_EqKqLidQW_ZZgiLh-g1MwoFpUN8uTG-8c4ffcrkJiwMuS8b-TIabohopBNk)"
    R"(8712p-hR-t8D-yCRmKL01yfjefUcHoDugC75ZrU04UIeTwIN74LaXEHf6IHLZFvh5TvE","q":"6_le9CBnRFw9dqZOK6ME7pT4iHdBopGrO)"
    R"(Swj3aVfwk9Hk89nPQFMrgIzh3bslH153OOdrId2QbHNVpqnafnwHXZ-gLQNi8g7-CvuOljlmo0znCn70jKOKP_-RD3nnvxuobXEhAZ3atB5g)"
    R"(6P6o7CEAGdDs1S8ZhDevJS7ca2TzLs","qi":"jydxHDs-OXcb6Mz3xu_o9CrTCIJfL99JYMgsB34CAKakM4VIyRm3MZJS6D74l2mzgvC64N)"
    R"(7pwhoOn31-8Z96bS36d1kB0PvDYkahynNZVrqaL8jR046ywuEQWhB2Kp-16pktEA0zqV0-XgPP7FddhqHU-WB7giPJ1PbUcAKd2Ic"})";

inline crypto::Jwk jwk(std::string_view text) {
  auto key = crypto::parse_jwk(text);
  EXPECT_TRUE(key.ok()) << key.error().text();
  return *key;
}
inline crypto::PrivateJwk private_jwk(std::string_view text) {
  auto key = crypto::parse_private_jwk(text);
  EXPECT_TRUE(key.ok()) << key.error().text();
  return std::move(*key);
}
// The same key as one that verifies.
inline crypto::Jwk verifying(const crypto::PrivateKey& key) { return jwk(crypto::jwk_text(key.public_key())); }

// Whatever the name, this key.
inline crypto::JwkFinder always(const crypto::Jwk& key) {
  return [&key](std::string_view) { return &key; };
}
inline crypto::JweKeyFinder always(const crypto::JweKey& key) {
  return [&key](std::string_view) { return &key; };
}

}  // namespace whorl::tests
