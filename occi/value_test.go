package occi_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/occigate/occigate/occi"
)

func TestValueAs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value occi.Value
		as    occi.Type
		want  occi.Value // zero if it cannot be read so
	}{
		{occi.String("a"), occi.StringType, occi.String("a")},
		{occi.String(""), occi.StringType, occi.String("")},
		{occi.Integer(7), occi.StringType, occi.String("7")},
		{occi.Number(0.5), occi.StringType, occi.String("0.5")},
		{occi.Boolean(true), occi.StringType, occi.String("true")},
		{occi.List(`["a"]`), occi.StringType, occi.Value{}},
		{occi.Integer(4), occi.NumberType, occi.Number(4)},
		{occi.String("4.50"), occi.NumberType, occi.Number(4.5)},
		{occi.String("-0.5"), occi.NumberType, occi.Number(-0.5)},
		{occi.String("007"), occi.NumberType, occi.Number(7)},
		{occi.String(""), occi.NumberType, occi.Value{}},
		{occi.String("1e3"), occi.NumberType, occi.Value{}},
		{occi.String(".5"), occi.NumberType, occi.Value{}},
		{occi.String("5."), occi.NumberType, occi.Value{}},
		{occi.String("0x10"), occi.NumberType, occi.Value{}},
		{occi.String("Inf"), occi.NumberType, occi.Value{}},
		{occi.String(strings.Repeat("9", 400)), occi.NumberType, occi.Value{}},
		{occi.Boolean(true), occi.NumberType, occi.Value{}},
		{occi.List(`[1]`), occi.NumberType, occi.Value{}},
		{occi.Hash(`{"a":"b"}`), occi.StringType, occi.Value{}},
		{occi.Hash(`{"a":"b"}`), occi.ListType, occi.Value{}},
		{occi.Number(1), occi.IntegerType, occi.Integer(1)},
		{occi.String("4.0"), occi.IntegerType, occi.Integer(4)},
		{occi.Number(1.5), occi.IntegerType, occi.Value{}},
		{occi.Number(1 << 53), occi.IntegerType, occi.Value{}},
		{occi.Integer(1<<53 - 1), occi.IntegerType, occi.Integer(1<<53 - 1)},
		{occi.String("true"), occi.BooleanType, occi.Boolean(true)},
		{occi.Boolean(false), occi.BooleanType, occi.Boolean(false)},
		{occi.String("True"), occi.BooleanType, occi.Value{}},
		{occi.Integer(1), occi.BooleanType, occi.Value{}},
		{occi.String(`["a", "b"]`), occi.ListType, occi.List(`["a", "b"]`)},
		{occi.String(`["a"`), occi.ListType, occi.Value{}},
		{occi.String(`{}`), occi.ListType, occi.Value{}},
		{occi.String(`{"a": 1}`), occi.HashType, occi.Hash(`{"a": 1}`)},
		{occi.String(`{"a": 1} {}`), occi.HashType, occi.Value{}},
		{occi.String(`{'a':'b'}`), occi.HashType, occi.Value{}},
		{occi.List(`["a"]`), occi.HashType, occi.Value{}},
		{occi.Boolean(true), occi.HashType, occi.Value{}},
		{occi.Value{}, occi.StringType, occi.Value{}},
	} {
		got, ok := c.value.As(c.as)
		if ok != !c.want.IsZero() || ok && got != c.want {
			t.Errorf("%s %q as %s: got %q, %t, want %q", c.value.Type(), clipped(c.value), c.as, clipped(got), ok, c.want.Text())
		}
	}
}

func clipped(v occi.Value) string { return fmt.Sprintf("%.60s", v.Text()) }

func TestNumbersHaveNoExponent(t *testing.T) {
	t.Parallel()
	for n, want := range map[float64]string{
		0: "0", 1: "1", 0.1: "0.1", 1e21: "1000000000000000000000", 1e-9: "0.000000001", math.MaxInt32: "2147483647",
	} {
		v := occi.Number(n)
		if v.Text() != want {
			t.Errorf("Number(%g): got %s, want %s", n, v.Text(), want)
		}
		if f, ok := v.Float(); !ok || f != n {
			t.Errorf("Number(%g).Float(): got %g, %t", n, f, ok)
		}
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	var a occi.Attributes
	a.SetText("b", "1")
	a.Set("a", occi.Integer(2))
	a.SetText("c", "")
	a.Set("d", occi.Value{})
	a.SetText("b", "3")
	want := occi.Attributes{{Name: "b", Value: occi.String("3")}, {Name: "a", Value: occi.Integer(2)}}
	if diff := cmp.Diff(want, a, byValue); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := a.Text("a"); got != "2" {
		t.Errorf("Text(a): got %q, want 2", got)
	}
	if got := a.Get("c"); !got.IsZero() {
		t.Errorf("Get(c): got %v, want no value", got)
	}
}

func TestTypeNames(t *testing.T) {
	t.Parallel()
	for typ, want := range map[occi.Type]string{
		occi.StringType: "string", occi.NumberType: "number", occi.IntegerType: "whole number",
		occi.BooleanType: "boolean", occi.ListType: "array", occi.HashType: "object",
	} {
		if got := typ.String(); got != want {
			t.Errorf("%d: got %q, want %q", typ, got, want)
		}
	}
}
