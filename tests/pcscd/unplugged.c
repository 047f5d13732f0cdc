/* The driver of the virtual reader behind one that can be unplugged: once the file that TITRE_UNPLUGGED names is there,
 * every call answers as for a device that is gone. Everything else is passed on to the driver of TITRE_DRIVER. */
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>
#include <ifdhandler.h>

static void *real(const char *name)
{
    static void *driver;
    if (!driver)
        driver = dlopen(getenv("TITRE_DRIVER"), RTLD_NOW);
    return driver ? dlsym(driver, name) : NULL;
}

static int gone(void)
{
    const char *file = getenv("TITRE_UNPLUGGED");
    return file && access(file, F_OK) == 0;
}

#define PASS(name, types, args)                  \
    RESPONSECODE name types                      \
    {                                            \
        RESPONSECODE(*next) types = real(#name); \
        if (!next || gone())                     \
            return IFD_NO_SUCH_DEVICE;           \
        return next args;                        \
    }

PASS(IFDHCreateChannel, (DWORD lun, DWORD channel), (lun, channel))
PASS(IFDHCreateChannelByName, (DWORD lun, LPSTR name), (lun, name))
PASS(IFDHGetCapabilities, (DWORD lun, DWORD tag, PDWORD length, PUCHAR value), (lun, tag, length, value))
PASS(IFDHSetCapabilities, (DWORD lun, DWORD tag, DWORD length, PUCHAR value), (lun, tag, length, value))
PASS(IFDHSetProtocolParameters, (DWORD lun, DWORD protocol, UCHAR flags, UCHAR pts1, UCHAR pts2, UCHAR pts3),
     (lun, protocol, flags, pts1, pts2, pts3))
PASS(IFDHPowerICC, (DWORD lun, DWORD action, PUCHAR atr, PDWORD length), (lun, action, atr, length))
PASS(IFDHTransmitToICC,
     (DWORD lun, SCARD_IO_HEADER send, PUCHAR tx, DWORD txlen, PUCHAR rx, PDWORD rxlen, PSCARD_IO_HEADER receive),
     (lun, send, tx, txlen, rx, rxlen, receive))
PASS(IFDHControl, (DWORD lun, DWORD code, PUCHAR tx, DWORD txlen, PUCHAR rx, DWORD rxlen, LPDWORD returned),
     (lun, code, tx, txlen, rx, rxlen, returned))
PASS(IFDHICCPresence, (DWORD lun), (lun))

/* A device that is gone can still be closed. */
RESPONSECODE IFDHCloseChannel(DWORD lun)
{
    RESPONSECODE (*next)(DWORD) = real("IFDHCloseChannel");
    return next ? next(lun) : IFD_NO_SUCH_DEVICE;
}
