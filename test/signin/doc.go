// Package signin shows that the gateway lets in whoever a Keystone lets in, by every kind of credential: on the
// simulator, and on the real cloud that the OS_ variables name.
package signin
