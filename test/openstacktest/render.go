package openstacktest

import "net/http"

// faultNames are the envelope keys of Nova's and Cinder's errors; others are computeFault.
var faultNames = map[int]string{
	http.StatusBadRequest:            "badRequest",
	http.StatusForbidden:             "forbidden",
	http.StatusNotFound:              "itemNotFound",
	http.StatusMethodNotAllowed:      "badMethod",
	http.StatusConflict:              "conflictingRequest",
	http.StatusRequestEntityTooLarge: "overLimit",
	http.StatusUnsupportedMediaType:  "badMediaType",
	http.StatusTooManyRequests:       "overLimit",
	http.StatusNotImplemented:        "notImplemented",
	http.StatusServiceUnavailable:    "serviceUnavailable",
}

// renderFault renders an error as Nova and Cinder do. The challenge goes on a 401.
func renderFault(e *apiError, challenge string) answer {
	if e.kind == earlyError {
		if e.status == http.StatusMethodNotAllowed { // they know no such thing
			*e = *beforeRouting(http.StatusNotFound, "The resource could not be found.")
		}
		return plain(e)
	}
	a := answer{status: e.status, header: http.Header{}}
	if e.status == http.StatusUnauthorized {
		a.header.Set("WWW-Authenticate", challenge)
		a.body = object{"error": object{"code": e.status, "title": "Unauthorized", "message": e.message}}
		return a
	}
	name := faultNames[e.status]
	if name == "" {
		name = "computeFault"
	}
	fault := object{"code": e.status, "message": e.message}
	if e.status == http.StatusRequestEntityTooLarge {
		fault["retryAfter"] = "0"
		a.header.Set("Retry-After", "0")
	}
	a.body = object{name: fault}
	return a
}

// schemaFault is a flaw as Nova and Cinder answer it. A malformed body is a violation.
func schemaFault(r *request, f *flaw) *apiError {
	if f.malformed {
		r.strict(f.Error())
	}
	return refuse(http.StatusBadRequest, "%s", f.Error())
}

// decodeChecked reads a body and checks it, as Nova and Cinder do.
func decodeChecked(r *request, rules properties) (object, error) {
	body, err := r.decode()
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "Malformed request body")
	}
	if f := rules.check(body, r.minor); f != nil {
		return nil, schemaFault(r, f)
	}
	return body, nil
}
