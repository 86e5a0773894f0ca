package httpd

import "slices"

// Slot is the place of a module's part in the configuration of a directory or
// server. It is not written to once made.
type Slot[T any] struct {
	id slotID
	// Merge returns over merged on top of base and changes neither.
	Merge func(over, base *T) *T
	// Alone returns what over becomes on top of a configuration without a part, and
	// does not change it; nil for one that stays as it is.
	Alone func(over *T) *T
	// Seal prepares a part for requests, once it is complete or merged; nil if
	// there is nothing to prepare.
	Seal func(e *Engine, part *T)
	// Early does most of the work of Seal, while other goroutines do so for other parts;
	// nil if that is little.
	Early func(e *Engine, part *T)
	// Size estimates the bytes that a part takes which over was merged into, beside
	// a fixed amount for each configuration; nil for a part without lists.
	Size func(part, over *T) int64
	// InDirectory returns the part of an access file as that of the directory dir,
	// where the same file is found; nil for a part that is the same everywhere.
	InDirectory func(part *T, dir string) *T
}

// slotID tells slots apart by its address.
type slotID struct{ _ byte }

// Parts are what the modules have in a configuration: at most one part each.
type Parts []modulePart

type modulePart struct {
	id    *slotID
	slot  partSlot
	value any // a pointer
}

// partSlot is a slot whatever the type of its parts.
type partSlot interface {
	mergePart(over, base any) any
	partAlone(over any) any
	sealPart(e *Engine, value any)
	earlyPart(e *Engine, value any)
	partSize(value, over any) int64
	partIn(value any, dir string) any
}

// Of returns the module's part of a configuration, nil if it has none.
func (s *Slot[T]) Of(p Parts) *T {
	for i := range p {
		if p[i].id == &s.id {
			return p[i].value.(*T) //nolint:forcetypeassert // the slot holds nothing else
		}
	}
	return nil
}

// Make returns the module's part of a configuration that is being compiled, and
// makes an empty one if it has none.
func (s *Slot[T]) Make(p *Parts) *T {
	v := s.Of(*p)
	if v == nil {
		v = new(T)
		s.put(p, v)
	}
	return v
}

// put makes v the module's part.
func (s *Slot[T]) put(p *Parts, v *T) {
	for i := range *p {
		if (*p)[i].id == &s.id {
			(*p)[i].value = v
			return
		}
	}
	*p = append(*p, modulePart{&s.id, s, v})
}

func (s *Slot[T]) mergePart(over, base any) any {
	return s.Merge(over.(*T), base.(*T)) //nolint:forcetypeassert // the slot holds nothing else
}

func (s *Slot[T]) partAlone(over any) any {
	if s.Alone == nil {
		return over
	}
	return s.Alone(over.(*T)) //nolint:forcetypeassert // the slot holds nothing else
}

func (s *Slot[T]) sealPart(e *Engine, value any) {
	if s.Seal != nil {
		s.Seal(e, value.(*T)) //nolint:forcetypeassert // the slot holds nothing else
	}
}

func (s *Slot[T]) earlyPart(e *Engine, value any) {
	if s.Early != nil {
		s.Early(e, value.(*T)) //nolint:forcetypeassert // the slot holds nothing else
	}
}

func (s *Slot[T]) partSize(value, over any) int64 {
	if s.Size == nil {
		return 0
	}
	o, _ := over.(*T)
	return s.Size(value.(*T), o) //nolint:forcetypeassert // the slot holds nothing else
}

func (s *Slot[T]) partIn(value any, dir string) any {
	if s.InDirectory == nil {
		return value
	}
	return s.InDirectory(value.(*T), dir) //nolint:forcetypeassert // the slot holds nothing else
}

// InDirectory returns the parts of an access file as those of directory dir, and
// whether they differ from p.
func (p Parts) inDirectory(dir string) (there Parts, differ bool) {
	there = p
	for i := range p {
		value := p[i].slot.partIn(p[i].value, dir)
		if value == p[i].value {
			continue
		}
		if !differ {
			there, differ = slices.Clone(p), true
		}
		there[i].value = value
	}
	return there, differ
}

// value returns the part with the given slot, nil if there is none.
func (p Parts) value(id *slotID) any {
	for i := range p {
		if p[i].id == id {
			return p[i].value
		}
	}
	return nil
}

// over returns p merged on top of base.
func (p Parts) over(base Parts) Parts {
	merged := make(Parts, 0, len(p)+len(base))
	for _, b := range base {
		if over := p.value(b.id); over != nil {
			b.value = b.slot.mergePart(over, b.value)
		}
		merged = append(merged, b)
	}
	for _, o := range p {
		if base.value(o.id) == nil {
			o.value = o.slot.partAlone(o.value)
			merged = append(merged, o)
		}
	}
	return merged
}

// seal prepares all parts for requests.
func (p Parts) seal(e *Engine) {
	for i := range p {
		p[i].slot.sealPart(e, p[i].value)
	}
}

// early does most of the work of seal, as far as other goroutines may do so for other parts.
func (p Parts) early(e *Engine) {
	for i := range p {
		p[i].slot.earlyPart(e, p[i].value)
	}
}

// size estimates what the parts take, which over was merged into.
func (p Parts) size(over Parts) int64 {
	n := int64(0)
	for i := range p {
		n += p[i].slot.partSize(p[i].value, over.value(p[i].id))
	}
	return n
}
