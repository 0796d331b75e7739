// Package gateway is OCCI over HTTP (GFD.223) in front of a [Cloud].
//
// A request passes, in this order:
//
//	observe      request id, one log line, metrics
//	recover      a panic becomes a rendered 500
//	limits       head and body size, requests in flight, OCCI version, deadline
//	routes       the path and method choose a handler; all of them stand in routes.go. Only the collections of mixins
//	             are found through the caller's model, since users may put them anywhere
//	serve        Accept fixes the format, Connect the caller, then the handler runs
//	handler      parse, bind, one verb of Cloud, reply
//	write        the rendering, complete in memory, then status, headers, body
//
// Every failure, wherever it happens, is rendered by [Gateway.fail] in the format the client accepts.
// Only the limits, an unsupported version and an unacceptable Accept are told to anybody; all other answers,
// 404 and 405 among them, are for authenticated callers, since clients begin with an unauthenticated request
// on some path and look for the challenge (rOCCI, jOCCI and IM).
//
// Whatever changes many entities looks at all of them before it changes one, changes a few at a time, and says how far
// it got if one fails: there are no transactions upstream (GFD.185 §3.6.4 wants some).
//
// The package knows nothing of OpenStack: what it needs to know stands in cloud.go.
package gateway
