// What check.go hands to check.c, and gets back.

struct answer {
  char *refused; // why nobody is signed in, safe to show to the user; NULL if somebody is
  char *detail;  // more of it, for the log only; may be NULL
  char *dn;      // subject of the user's certificate, as /DC=org/CN=…
  char *ca;      // its issuer
  char *vo;      // of the first attribute certificate
  char **fqans;  // of all attribute certificates, in their order; ends with NULL
  long long expires; // seconds since 1970
};

// voms_check verifies a chain of DER certificates, one after the other, the leaf first. The process is
// expected to end soon after: nothing is freed.
void voms_check(const unsigned char *der, long length, char *certificates, char *vomsdir, int limited, struct answer *a);
