#include "binding.h"

#include <string.h>
#include <time.h>

/* --- errors --- */

void
binding_raise(const rls_error *err, const char *file)
{
    PyObject *errors = PyImport_ImportModule("rsearch.errors"), *error;

    if (errors == NULL)
        return;
    error = PyObject_CallMethod(errors, "_make", "sNiKN", rls_status_name(err->status),
                                binding_string(err->message), err->system_error,
                                (unsigned long long)err->offset, binding_file(file));
    if (error != NULL)
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    Py_XDECREF(error);
    Py_DECREF(errors);
}

void
binding_raise_closed(const char *what)
{
    rls_error err = {.status = RLS_BAD_ARGUMENT};

    PyOS_snprintf(err.message, sizeof err.message, "the %s is closed", what);
    binding_raise(&err, NULL);
}

/* --- values --- */

PyObject *
binding_text(rls_text text)
{
    return PyUnicode_DecodeUTF8(text.data == NULL ? "" : text.data, (Py_ssize_t)text.size,
                                "replace");
}

PyObject *
binding_string(const char *string)
{
    return string == NULL ? Py_BuildValue("") : binding_text((rls_text){string, strlen(string)});
}

PyObject *
binding_file(const char *name)
{
    return name == NULL ? Py_BuildValue("") : PyUnicode_DecodeFSDefault(name);
}

bool
binding_append(PyObject *list, PyObject *value)
{
    bool done = value != NULL && PyList_Append(list, value) == 0;

    Py_XDECREF(value);
    return done;
}

static bool
set_member(void *place, binding_kind kind, PyObject *value)
{
    switch (kind) {
    case BINDING_BOOL: {
        int truth = PyObject_IsTrue(value);
        *(bool *)place = truth > 0;
        return truth >= 0;
    }
    case BINDING_U32: {
        unsigned long number = PyLong_AsUnsignedLong(value);
        if (number > UINT32_MAX && !PyErr_Occurred())
            PyErr_SetString(PyExc_OverflowError, "at most 4294967295");
        *(uint32_t *)place = (uint32_t)number;
        break;
    }
    case BINDING_ENUM:
        *(int *)place = (int)PyLong_AsLong(value);
        break;
    case BINDING_U64:
        *(uint64_t *)place = PyLong_AsUnsignedLongLong(value);
        break;
    case BINDING_I64:
        *(int64_t *)place = PyLong_AsLongLong(value);
        break;
    case BINDING_SIZE:
        *(size_t *)place = PyLong_AsSize_t(value);
        break;
    case BINDING_FLOAT:
        *(float *)place = (float)PyFloat_AsDouble(value);
        break;
    case BINDING_DOUBLE:
        *(double *)place = PyFloat_AsDouble(value);
        break;
    case BINDING_STRING:
        return PyArg_Parse(value, "z", (const char **)place) != 0;
    }
    return !PyErr_Occurred();
}

bool
binding_set(void *options, const binding_member *members, PyObject *dict)
{
    for (; dict != NULL && members->name != NULL; members++) {
        PyObject *value = PyDict_GetItemString(dict, members->name);
        if (value != NULL && !set_member((char *)options + members->offset, members->kind, value))
            return false;
    }
    return true;
}

/* --- one thread at a time --- */

bool
binding_lock_init(binding_lock *lock)
{
    lock->lock = PyThread_allocate_lock();
    if (lock->lock == NULL)
        PyErr_NoMemory();
    return lock->lock != NULL;
}

void
binding_lock_free(binding_lock *lock)
{
    if (lock->lock != NULL)
        PyThread_free_lock(lock->lock);
}

bool
binding_lock_enter(binding_lock *lock)
{
    unsigned long self = PyThread_get_thread_ident();

    if (!PyThread_acquire_lock(lock->lock, NOWAIT_LOCK)) {
        if (lock->owner == self) {
            PyErr_SetString(PyExc_RuntimeError, "a callback may not use what it was called by");
            return false;
        }
        Py_BEGIN_ALLOW_THREADS
        PyThread_acquire_lock(lock->lock, WAIT_LOCK);
        Py_END_ALLOW_THREADS
    }
    lock->owner = self;
    return true;
}

void
binding_lock_leave(binding_lock *lock)
{
    lock->owner = 0;
    PyThread_release_lock(lock->lock);
}

/* --- work without the GIL --- */

static uint64_t
now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* How often somebody who presses Ctrl-C is looked for. */
static const uint64_t look_interval_ns = 50000000;

void
binding_work_begin(binding_work *work, PyObject *progress)
{
    work->progress = progress == Py_None ? NULL : progress;
    work->failed = false;
    work->next_look = now_ns() + look_interval_ns;
    work->thread = PyEval_SaveThread();
}

bool
binding_work_end(binding_work *work)
{
    PyEval_RestoreThread(work->thread);
    return !work->failed;
}

void
binding_work_take_gil(binding_work *work)
{
    PyEval_RestoreThread(work->thread);
}

void
binding_work_give_gil(binding_work *work)
{
    work->thread = PyEval_SaveThread();
}

bool
binding_work_cancelled(void *context)
{
    binding_work *work = context;
    uint64_t      now;

    if (work->failed)
        return true;
    now = now_ns();
    if (now < work->next_look)
        return false;
    work->next_look = now + look_interval_ns;
    binding_work_take_gil(work);
    work->failed = PyErr_CheckSignals() != 0;
    binding_work_give_gil(work);
    return work->failed;
}

bool
binding_work_goes_on(void *context, uint64_t documents, uint64_t bytes)
{
    binding_work *work = context;
    PyObject     *answer;

    if (work->progress == NULL)
        return !binding_work_cancelled(work);
    if (work->failed)
        return false;
    binding_work_take_gil(work);
    answer = PyObject_CallFunction(work->progress, "KK", (unsigned long long)documents,
                                   (unsigned long long)bytes);
    work->failed = answer == NULL || PyErr_CheckSignals() != 0;
    Py_XDECREF(answer);
    binding_work_give_gil(work);
    return !work->failed;
}
