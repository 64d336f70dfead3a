/// OpenSSL, and those of its functions that are macros, which Swift cannot import.
#pragma once

// Swift builds this header as a module. Taking glibc's declarations from Swift's own module gives each one owner; otherwise
// it depends on the order of imports whether `timespec` is Glibc's or ours, and files that import Glibc alone do not compile.
#ifdef __swift__
#pragma clang module import SwiftGlibc
#endif

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline void copenssl_set_versions(SSL_CTX *context, int minimum, int maximum) {
    SSL_CTX_set_min_proto_version(context, minimum);
    SSL_CTX_set_max_proto_version(context, maximum);
}

/// Renegotiation lets a peer make us work without end, compression leaks (RFC 7457 §2.6, §2.11), and an idle session
/// needs no buffers.
static inline void copenssl_harden(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
}

static inline int copenssl_set_server_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

/// Reads a private key without ever asking a person for its passphrase.
static inline int copenssl_no_passphrase(char *buffer, int size, int writing, void *data) {
    (void)buffer, (void)size, (void)writing, (void)data;
    return -1;
}

static inline void copenssl_never_ask(SSL_CTX *context) {
    SSL_CTX_set_default_passwd_cb(context, copenssl_no_passphrase);
}

static inline int copenssl_error_library(unsigned long error) { return ERR_GET_LIB(error); }
static inline int copenssl_error_reason(unsigned long error) { return ERR_GET_REASON(error); }

/// Hands over the DNS and URI names of a certificate's subjectAltName (RFC 5922 §7.1), one by one.
static inline void copenssl_alternative_names(
    X509 *certificate, void *user, void (*take)(void *user, const unsigned char *name, int length)) {
    GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    if (names == NULL) return;
    for (int index = 0; index < sk_GENERAL_NAME_num(names); index++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
        if (name->type == GEN_DNS) {
            take(user, ASN1_STRING_get0_data(name->d.dNSName), ASN1_STRING_length(name->d.dNSName));
        } else if (name->type == GEN_URI) {
            take(user, ASN1_STRING_get0_data(name->d.uniformResourceIdentifier),
                 ASN1_STRING_length(name->d.uniformResourceIdentifier));
        }
    }
    GENERAL_NAMES_free(names);
}
