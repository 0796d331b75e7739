package openstacktest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// serve takes a call through latency, faults, the service and the log.
func (c *Cloud) serve(w http.ResponseWriter, hr *http.Request) {
	if !c.enter() {
		panic(http.ErrAbortHandler)
	}
	defer c.inflight.Done()
	start := time.Now()
	// The body is read first: only then does the server notice that a caller has gone.
	raw, err := io.ReadAll(io.LimitReader(hr.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	e := c.locate(hr.URL.EscapedPath())
	r := &request{
		Request: hr, id: "req-" + newUUID(), root: e.root, self: c.base + hr.URL.EscapedPath(), raw: raw, minor: noVersion,
		strict: func(text string) { c.log.violate(fmt.Sprintf("%s %s: %s", hr.Method, hr.URL.Path, text)) },
	}
	call := Call{
		Region: e.region, Interface: e.iface, Method: hr.Method, Path: e.path, Query: hr.URL.RawQuery, Start: start,
		Version:   hr.Header.Get("OpenStack-API-Version"),
		RequestID: r.id, GlobalRequestID: hr.Header.Get("X-Openstack-Request-Id"),
	}
	if e.service == nil {
		r.strict("no service is mounted here")
		c.send(w, call, answer{status: http.StatusNotFound, text: "404 Not Found\n", contentType: "text/plain"})
		return
	}
	call.Service = e.service.name()
	fault := c.faults.take(&call)
	c.wait(hr.Context(), c.opts.Latency+fault.Delay)
	switch fault.Mode {
	case Refuse:
		c.cut(w, call)
	case Hang:
		c.hang(hr.Context(), call)
	case HangAfter:
		c.process(r, e)
		c.hang(hr.Context(), call)
	case ResetAfter:
		c.process(r, e)
		c.cut(w, call)
	case Truncate:
		c.sendHalf(w, call, c.process(r, e))
	default:
		if fault.answers() {
			c.send(w, call, fault.answer(r.id))
			return
		}
		c.send(w, call, c.process(r, e))
	}
}

// process lets the service handle the call, under the cloud's lock.
func (c *Cloud) process(r *request, e endpoint) answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	a, err := c.handle(r, e)
	if err != nil {
		fail, ok := errors.AsType[*apiError](err)
		if !ok {
			fail = refuse(http.StatusInternalServerError, "%v", err)
		}
		a = e.service.render(r, fail)
		maps.Copy(a.header, fail.header)
	}
	e.service.decorate(r, &a)
	if a.body != nil {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(a.body); err != nil {
			panic(err) // the views hold nothing that JSON cannot say
		}
		a.text, a.contentType = text.String(), "application/json"
	}
	if a.header.Get("Content-Type") == "" && a.contentType != "" {
		a.header.Set("Content-Type", a.contentType)
	}
	return a
}

// handle finds the route, checks token and microversion, and runs the handler.
func (c *Cloud) handle(r *request, e endpoint) (answer, error) {
	rt, params, allowed := find(c.routes[e.service.name()], r.Method, e.path)
	open := rt == nil && e.service == c.keystone || rt != nil && rt.open
	if !open {
		if err := c.authenticate(r); err != nil {
			return answer{}, err
		}
	}
	if len(r.raw) > maxBody {
		return answer{}, beforeRouting(http.StatusRequestEntityTooLarge,
			"Request is too large. Larger than max_request_body_size (%d).", maxBody)
	}
	if rt == nil && len(allowed) > 0 {
		r.strict("the path does not take this method")
		e := beforeRouting(http.StatusMethodNotAllowed, "The method %s is not allowed for this resource. ", r.Method)
		e.header = http.Header{"Allow": {strings.Join(allowed, ", ")}}
		return answer{}, e
	}
	if rt == nil {
		r.strict("unknown path")
		return answer{}, beforeRouting(http.StatusNotFound, "The resource could not be found.")
	}
	if err := e.service.version(r); err != nil {
		return answer{}, err
	}
	if rt.since > 0 && r.minor < rt.since || rt.until > 0 && r.minor > rt.until {
		r.strict(fmt.Sprintf("not in microversion %d", r.minor))
		return answer{}, refuse(http.StatusNotFound, "The resource could not be found.")
	}
	r.params = params
	return rt.handle(r)
}

// wait spends time unless the caller gives up or the cloud closes.
func (c *Cloud) wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-c.closing:
	}
}

// send logs the call and writes the answer.
func (c *Cloud) send(w http.ResponseWriter, call Call, a answer) {
	call.Status, call.End = a.status, time.Now()
	c.log.add(call)
	maps.Copy(w.Header(), a.header)
	if w.Header().Get("Content-Type") == "" {
		// An absent type must stay absent: net/http would guess one.
		w.Header()["Content-Type"] = nil
		if a.contentType != "" {
			w.Header().Set("Content-Type", a.contentType)
		}
	}
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.text)))
	}
	w.WriteHeader(a.status)
	if call.Method != http.MethodHead && a.status != http.StatusNoContent {
		_, _ = io.WriteString(w, a.text) // a caller that has gone is no concern of ours
	}
}

// sendHalf announces the whole answer, writes half of it and cuts the connection.
func (c *Cloud) sendHalf(w http.ResponseWriter, call Call, a answer) {
	call.Status, call.End = a.status, time.Now()
	c.log.add(call)
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.text)))
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.text[:len(a.text)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// hang keeps the caller waiting until it gives up or the cloud closes.
func (c *Cloud) hang(ctx context.Context, call Call) {
	select {
	case <-ctx.Done():
	case <-c.closing:
	}
	call.End = time.Now()
	c.log.add(call)
	panic(http.ErrAbortHandler)
}

// cut logs the call without a status and resets the connection.
func (c *Cloud) cut(w http.ResponseWriter, call Call) {
	call.End = time.Now()
	c.log.add(call)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset instead of an orderly end
	}
	_ = conn.Close()
}
