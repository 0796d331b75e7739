// Package occi is the Open Cloud Computing Interface, versions 1.1 and 1.2, without any cloud behind it: the model, and
// the text and JSON renderings in both directions. It imports nothing but the standard library.
//
// # Documents
//
//	GFD.183, GFD.221  OCCI Core 1.1, 1.2
//	GFD.184, GFD.224  OCCI Infrastructure 1.1, 1.2
//	GFD.185           OCCI RESTful HTTP Rendering 1.1: protocol and text
//	GFD.223           OCCI HTTP Protocol 1.2
//	GFD.226           OCCI JSON Rendering 1.2
//	GFD.229           OCCI Text Rendering 1.2
//
// Comments cite them by number and section. The 1.2 text is the rule; 1.1 is cited where it has more.
//
// # Model
//
// A category, identified by scheme and term (ID), is a Kind, a Mixin or an Action. Each defines attributes; kinds and
// mixins have actions and a location, the path of the collection of their entities. An Entity has one kind, any mixins,
// attributes, and the actions applicable in its present state. It is a resource, which owns links, or a link, which
// leads from a source to a target. Infrastructure returns the standard's kinds, mixins and actions; a provider adds its
// templates with Model.With.
//
// # Requests
//
// Reading takes two steps. Parse turns bytes into a Message: what was said, syntax only, for which no model is needed.
// Then Message.BindEntity, BindEntities, BindChange and BindAction tell what it means in a Model, for which no bytes are needed.
//
//	Content-Type ─RequestFormat─▶ Format ─Parse─▶ Message ─Bind…─▶ Entity, Change or Invocation
//
// # Answers
//
//	Accept ─AnswerFormat─▶ Format ─▶ Renderer ─▶ Rendering: header fields and body
//
// # What is read
//
// Beyond the grammar Parse takes what clients are known to send:
//
//	media type "text/plain,text/occi"                    rOCCI, IM
//	CRLF, LF CR and blank lines, no last line end        pOCCI, jOCCI
//	field names in any case                              jOCCI: X-occi-attribute
//	folded lines                                         examples of GFD.185
//	several items in a field, or one                     doyouspeakOCCI, pOCCI; jOCCI
//	no blanks, or any, around "; , ="                    rOCCI, jOCCI, pOCCI
//	";" behind the last parameter                        jOCCI, doyouspeakOCCI
//	parameters in any order, unknown ones ignored        pOCCI, rOCCI 4.3.5
//	no class                                             doyouspeakOCCI
//	class, rel, category and single words unquoted       grammar and examples of GFD.185
//	title=nil for no title                               rOCCI 4.3.5
//	single quotes                                        none known, but ooi read them
//	escapes \n \t \r, \xHH, \uHHHH, \u{H…}               rOCCI, which quotes as Ruby does
//	ISO-8859-1                                           jOCCI
//	numbers and truth values quoted, strings of digits not, 1.0 for 1    jOCCI, pyssf, rOCCI
//	made-up ids, and sources of links that do not exist  rOCCI, jOCCI, IM
//	references with or without mount, with "//"          rOCCI, IM
//	terms in lower case                                  rOCCI
//
// Not read is a string with quotes inside that are not escaped, as jOCCI writes them: where it ends would be a guess.
// Control characters are refused, except that escapes may give line ends and tabs, with which rOCCI separates public
// keys.
//
// # What is read in JSON
//
// JSON has to be correct, in UTF-8, without duplicate names. The members of GFD.226 have to have their types, a core
// attribute that is given both as a member and among the attributes has to agree with itself; null is as good as
// nothing, and other members are ignored. Errors tell the path of the value. Besides there is read, mostly from rOCCI 4:
//
//	objects within objects for the parts of attribute names: {"occi": {"core": {"id": "…"}}}; not for what is itself an
//	object, whose name has to be in one piece: {"org.example.labels": {"a": "b"}}
//	URLs for the source and target of a link, instead of objects
//	a single resource in a collection, where the resource alone would do
//	links beside their resources, which have the links' URLs or are named in their sources; other URLs of links are ignored
//	arrays of URLs, which rOCCI 5 writes for locations, and {"locations": […]}
//	application/json for application/occi+json
//
// # What is written
//
// The Renderer writes only what each of these clients can read: parameters in the order of the grammar, separated by
// "; ", none empty; lines end in LF, the last in nothing; strings need no escapes.
//
//   - In strings `"` becomes `'`, `\` becomes "/", ";" becomes ":", and control characters become blanks;
//     in text/occi "," becomes "." and what is not ASCII becomes "?".
//   - Titles have at most 255 characters and other strings 1024; longer ones end in "...".
//   - Strings are quoted, numbers and truth values are not; empty strings are left out.
//   - URLs are percent-encoded, other characters in terms and attribute names become "_".
//   - text/occi has one header field per name, and an answer larger than the limit is refused.
//   - JSON keeps texts as they are, with escapes for control characters; it has no blanks and only the members of
//     GFD.226, of which empty ones are left out, except for the attributes of an entity.
package occi
