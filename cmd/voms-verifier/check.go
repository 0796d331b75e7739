//go:build voms

package main

/*
#cgo LDFLAGS: -lvomsapi -lcrypto
#include <stdlib.h>
#include "check.h"
*/
import "C"

import (
	"errors"
	"time"
	"unsafe"
)

// check verifies a chain of DER certificates, one after the other and the leaf first, in this process.
// Whatever C code it runs may crash, hang or leak: the process should do nothing else.
func check(der []byte, t trust) (verdict, error) {
	if len(der) == 0 {
		return verdict{}, errors.New("no certificate")
	}
	certificates, vomsdir := C.CString(t.certificates), C.CString(t.vomsdir)
	defer C.free(unsafe.Pointer(certificates))
	defer C.free(unsafe.Pointer(vomsdir))
	var limited C.int
	if t.limitedProxies {
		limited = 1
	}
	var a C.struct_answer
	C.voms_check((*C.uchar)(unsafe.Pointer(&der[0])), C.long(len(der)), certificates, vomsdir, limited, &a)
	if a.refused != nil {
		return verdict{Refused: C.GoString(a.refused), detail: C.GoString(a.detail)}, nil
	}
	expires := time.Unix(int64(a.expires), 0).UTC()
	v := verdict{DN: C.GoString(a.dn), CA: C.GoString(a.ca), VO: C.GoString(a.vo), Expires: &expires}
	for fqan := a.fqans; *fqan != nil; fqan = (**C.char)(unsafe.Add(unsafe.Pointer(fqan), unsafe.Sizeof(*fqan))) {
		v.FQANs = append(v.FQANs, C.GoString(*fqan))
	}
	return v, nil
}
