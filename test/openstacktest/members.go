package openstacktest

import (
	"bytes"
	"encoding/json"
	"slices"
)

// members are a JSON object whose members keep their order.
type members []member

type member struct {
	name  string
	value any
}

// get returns the value with a name, nil if there is none.
func (o *members) get(name string) any {
	if i := o.index(name); i >= 0 {
		return (*o)[i].value
	}
	return nil
}

// set changes the value with a name, or appends it.
func (o *members) set(name string, value any) {
	if i := o.index(name); i >= 0 {
		(*o)[i].value = value
		return
	}
	*o = append(*o, member{name, value})
}

func (o *members) index(name string) int {
	return slices.IndexFunc(*o, func(m member) bool { return m.name == name })
}

// MarshalJSON writes the object.
func (o *members) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range *o {
		if i > 0 {
			out.WriteByte(',')
		}
		for j, part := range []any{m.name, m.value} {
			if j > 0 {
				out.WriteByte(':')
			}
			text, err := json.Marshal(part)
			if err != nil {
				return nil, err
			}
			out.Write(text)
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
