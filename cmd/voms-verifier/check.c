//go:build voms

// The verification: OpenSSL judges the chain, libvomsapi the attribute certificate, and OpenSSL once
// more what libvomsapi takes for granted. Only what all of them accept passes; see doc.go.

#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <voms/voms_apic.h>

#include "check.h"

// Bits of security, as OpenSSL counts them. Of certificates those of its level 1: no MD5, no SHA-1, no
// RSA key below 1024 bits. voms-proxy-init signs proxies with SHA-1, which nobody but their user can
// turn to account, since he chooses what he signs.
enum { strong = 80, sha1 = 63 };

// Globus's limited proxy: its holder may read data, but not start work.
static const char limited_proxy[] = "1.3.6.1.4.1.3536.1.1.1.9";

static int refuse(struct answer *a, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(&a->refused, format, arguments) < 0) abort();
  va_end(arguments);
  return 0;
}

// ---- the chain ----

// parse reads the certificates and leaves no byte unread.
static STACK_OF(X509) *parse(const unsigned char *der, long length) {
  STACK_OF(X509) *chain = sk_X509_new_null();
  const unsigned char *end = der + length;
  while (der < end) {
    X509 *certificate = d2i_X509(NULL, &der, end - der);
    if (!certificate || !sk_X509_push(chain, certificate)) return NULL;
  }
  return sk_X509_num(chain) ? chain : NULL;
}

static int is_proxy(X509 *certificate) { return (X509_get_extension_flags(certificate) & EXFLAG_PROXY) != 0; }

// weak reports whether a certificate has a key, or below the authority at the end a signature, that
// can be broken.
static int weak(STACK_OF(X509) *chain) {
  for (int i = 0; i < sk_X509_num(chain); i++) {
    X509 *certificate = sk_X509_value(chain, i);
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    int bits = 0;
    if (!key || EVP_PKEY_get_security_bits(key) < strong) return 1;
    if (i == sk_X509_num(chain) - 1) break;
    if (X509_get_signature_info(certificate, NULL, NULL, &bits, NULL) != 1) return 1;
    if (bits < (is_proxy(certificate) ? sha1 : strong)) return 1;
  }
  return 0;
}

// verified returns the chain from leaf to an authority in the directory, as OpenSSL has built and
// verified it, or NULL. It demands a current list of revoked certificates of every authority.
static STACK_OF(X509) *verified(X509 *leaf, STACK_OF(X509) *others, const char *directory, unsigned long flags,
                                int purpose, const char **error) {
  *error = "out of memory";
  X509_STORE *store = X509_STORE_new();
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  if (!store || !context) return NULL;
  X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
  if (!lookup || X509_LOOKUP_add_dir(lookup, directory, X509_FILETYPE_PEM) != 1) return NULL;
  if (X509_STORE_CTX_init(context, store, leaf, others) != 1) return NULL;
  X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_auth_level(parameters, 0); // see weak
  if (X509_VERIFY_PARAM_set_flags(parameters, flags | X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL) != 1 ||
      X509_VERIFY_PARAM_set_purpose(parameters, purpose) != 1)
    return NULL;
  int good = X509_verify_cert(context);
  int reason = X509_STORE_CTX_get_error(context);
  *error = X509_verify_cert_error_string(reason);
  if (good != 1 || reason != X509_V_OK) return NULL;
  STACK_OF(X509) *chain = X509_STORE_CTX_get1_chain(context);
  *error = "a key or signature is too weak";
  return chain && !weak(chain) ? chain : NULL;
}

// full_rights reports whether a proxy passes on all rights of its issuer. OpenSSL leaves that
// question to the application (RFC 3820 §3.8.2).
static int full_rights(X509 *proxy, int limited) {
  int critical = -1;
  PROXY_CERT_INFO_EXTENSION *info = X509_get_ext_d2i(proxy, NID_proxyCertInfo, &critical, NULL);
  if (!info || critical != 1 || info->proxyPolicy->policy) return 0;
  ASN1_OBJECT *language = info->proxyPolicy->policyLanguage;
  if (OBJ_obj2nid(language) == NID_id_ppl_inheritAll) return 1;
  char text[sizeof limited_proxy + 1];
  return limited && OBJ_obj2txt(text, sizeof text, language, 1) > 0 && !strcmp(text, limited_proxy);
}

// plain reports whether a name has only one reading when written as /A=x/B=y: a slash, an equals
// sign or a backslash inside a value could imitate the parts of another name. "host/name" cannot.
static int plain(const X509_NAME *name) {
  for (int i = 0; i < X509_NAME_entry_count(name); i++) {
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i));
    const unsigned char *text = ASN1_STRING_get0_data(value);
    int length = ASN1_STRING_length(value);
    if (length && memchr(text, '\\', length)) return 0;
    if (length && memchr(text, '/', length) && memchr(text, '=', length)) return 0;
  }
  return 1;
}

// earlier lowers the answer's end to that of a certificate.
static int earlier(struct answer *a, const ASN1_TIME *end) {
  struct tm parts;
  if (ASN1_TIME_to_tm(end, &parts) != 1) return 0;
  long long seconds = timegm(&parts);
  if (!a->expires || seconds < a->expires) a->expires = seconds;
  return 1;
}

// user finds the user's certificate: what the proxies of the chain, if any, stand for.
static X509 *user(STACK_OF(X509) *chain, int limited, struct answer *a) {
  for (int i = 0; i < sk_X509_num(chain); i++) {
    if (!earlier(a, X509_get0_notAfter(sk_X509_value(chain, i)))) {
      refuse(a, "certificate chain: no end of validity");
      return NULL;
    }
  }
  int i = 0;
  for (; i < sk_X509_num(chain) && is_proxy(sk_X509_value(chain, i)); i++) {
    if (!full_rights(sk_X509_value(chain, i), limited)) {
      refuse(a, "certificate chain: a limited, independent or restricted proxy");
      return NULL;
    }
  }
  if (i == sk_X509_num(chain) || X509_check_ca(sk_X509_value(chain, i)) != 0) {
    refuse(a, "certificate chain: no user's certificate");
    return NULL;
  }
  return sk_X509_value(chain, i);
}

// ---- the attribute certificate ----

// held_by reports whether the attribute certificate names its holder by issuer and serial number,
// and that is the user's certificate. libvomsapi takes the subject in place of the issuer, too.
static int held_by(const AC *ac, X509 *user) {
  const AC_IS *id = ac->acinfo->holder->baseid;
  if (!id || !id->serial || sk_GENERAL_NAME_num(id->issuer) != 1) return 0;
  const GENERAL_NAME *issuer = sk_GENERAL_NAME_value(id->issuer, 0);
  return issuer->type == GEN_DIRNAME && !X509_NAME_cmp(issuer->d.dirn, X509_get_issuer_name(user)) &&
         !ASN1_INTEGER_cmp(id->serial, X509_get0_serialNumber(user));
}

// signers returns the VOMS server's certificate and those above it, as the attribute certificate
// brings them along.
static STACK_OF(X509) *signers(const AC *ac) {
  int name = OBJ_txt2nid("certseq");
  int at = X509v3_get_ext_by_NID(ac->acinfo->exts, name, -1);
  if (at < 0 || X509v3_get_ext_by_NID(ac->acinfo->exts, name, at) >= 0) return NULL;
  AC_CERTS *certificates = X509V3_EXT_d2i(X509v3_get_ext(ac->acinfo->exts, at));
  return certificates && sk_X509_num(certificates->stackcert) > 0 ? certificates->stackcert : NULL;
}

// word reports whether text can be a VO's name and part of a path.
static int word(const char *text) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return text && *text && *text != '.' && text[strspn(text, allowed)] == '\0';
}

static int printable(const char *text) {
  for (; *text; text++) {
    if (*text < ' ' || *text > '~') return 0;
  }
  return 1;
}

// confirm repeats with OpenSSL what libvomsapi has said about one attribute certificate. It verifies
// the server's certificate against the authorities alone, where libvomsapi adds what the attribute
// certificate itself brings along to them, and takes nothing but 1 for a good signature, where
// libvomsapi takes an error such as an unknown algorithm for one.
static int confirm(struct voms *v, X509 *user, const char *certificates, struct answer *a) {
  AC *ac = VOMS_GetAC(v);
  if (!ac || !ac->acinfo || !ac->acinfo->holder) return refuse(a, "VOMS attributes: unreadable");
  if (!v->holder || X509_cmp(v->holder, user) || !held_by(ac, user))
    return refuse(a, "VOMS attributes: issued to somebody else");
  STACK_OF(X509) *chain = signers(ac);
  if (!chain) return refuse(a, "VOMS attributes: without their server's certificate");
  X509 *server = sk_X509_value(chain, 0);
  const char *error;
  if (!verified(server, chain, certificates, 0, X509_PURPOSE_ANY, &error))
    return refuse(a, "VOMS attributes: certificate of their server: %s", error);
  EVP_PKEY *key = X509_get0_pubkey(server);
  if (X509_ALGOR_cmp(ac->sig_alg, ac->acinfo->alg)) return refuse(a, "VOMS attributes: two signature algorithms");
  if (!key || ASN1_item_verify(ASN1_ITEM_rptr(AC_INFO), ac->sig_alg, ac->signature, ac->acinfo, key) != 1)
    return refuse(a, "VOMS attributes: signature");
  char *subject = X509_NAME_oneline(X509_get_subject_name(server), NULL, 0);
  char *issuer = X509_NAME_oneline(X509_get_issuer_name(server), NULL, 0);
  if (!subject || !issuer || !v->server || !v->serverca || strcmp(subject, v->server) || strcmp(issuer, v->serverca))
    return refuse(a, "VOMS attributes: not of the server that signed them");
  if (!word(v->voname)) return refuse(a, "VOMS attributes: name of the VO");
  if (!earlier(a, ac->acinfo->validity->notAfter)) return refuse(a, "VOMS attributes: no end of validity");
  return 1;
}

// collect adds the names in one attribute certificate to the answer.
static int collect(const struct voms *v, struct answer *a) {
  int n = 0;
  for (; a->fqans && a->fqans[n]; n++) {}
  for (char **fqan = v->fqan; fqan && *fqan; fqan++) {
    if (!printable(*fqan)) return refuse(a, "VOMS attributes: unprintable");
    a->fqans = realloc(a->fqans, (n + 2) * sizeof *a->fqans);
    if (!a->fqans || !(a->fqans[n++] = strdup(*fqan))) abort();
    a->fqans[n] = NULL;
  }
  return 1;
}

// attributes lets libvomsapi verify the attribute certificates in a verified chain.
static int attributes(STACK_OF(X509) *chain, X509 *user, char *certificates, char *vomsdir, struct answer *a) {
  struct vomsdata *data = VOMS_Init(vomsdir, certificates);
  int error = VERR_NONE;
  if (!data || !VOMS_SetVerificationType((int)VERIFY_FULL, data, &error))
    return refuse(a, "VOMS attributes: libvomsapi cannot be used");
  if (!VOMS_Retrieve(sk_X509_value(chain, 0), chain, RECURSE_CHAIN, data, &error)) {
    a->detail = VOMS_ErrorMessage(data, error, NULL, 0);
    return refuse(a, error == VERR_NOEXT ? "VOMS attributes: none" : "VOMS attributes: not accepted");
  }
  if (!data->data || !data->data[0]) return refuse(a, "VOMS attributes: none");
  for (struct voms **v = data->data; *v; v++) {
    if (!confirm(*v, user, certificates, a) || !collect(*v, a)) return 0;
  }
  if (!a->fqans) return refuse(a, "VOMS attributes: none");
  a->vo = data->data[0]->voname;
  return 1;
}

void voms_check(const unsigned char *der, long length, char *certificates, char *vomsdir, int limited, struct answer *a) {
  STACK_OF(X509) *presented = parse(der, length);
  if (!presented) {
    refuse(a, "certificate chain: unreadable");
    return;
  }
  const char *error;
  STACK_OF(X509) *chain = verified(sk_X509_value(presented, 0), presented, certificates, X509_V_FLAG_ALLOW_PROXY_CERTS,
                                   X509_PURPOSE_SSL_CLIENT, &error);
  if (!chain) {
    refuse(a, "certificate chain: %s", error);
    return;
  }
  X509 *eec = user(chain, limited, a);
  if (!eec) return;
  if (!plain(X509_get_subject_name(eec)) || !plain(X509_get_issuer_name(eec))) {
    refuse(a, "certificate chain: a name with more than one reading");
    return;
  }
  a->dn = X509_NAME_oneline(X509_get_subject_name(eec), NULL, 0);
  a->ca = X509_NAME_oneline(X509_get_issuer_name(eec), NULL, 0);
  if (!a->dn || !a->ca) {
    refuse(a, "certificate chain: no name");
    return;
  }
  if (!attributes(chain, eec, certificates, vomsdir, a)) return;
  if (a->expires <= (long long)time(NULL)) refuse(a, "VOMS attributes: expired");
}
